/** What a command answers: an outcome, or a refusal that a person caused and can mend. Anything thrown is a bug or an outage. */
export type Result<T, R extends Refusal = Refusal> = { ok: true; value: T } | { ok: false; refusal: R };

export const refusalKinds = ['invalid', 'forbidden', 'not_found', 'conflict', 'gone', 'too_many'] as const;
export type RefusalKind = (typeof refusalKinds)[number];

/** `code` is a key of the catalogue (`refusals.json`); `data` fills its placeholders; `issues` names each bad field. */
export type Refusal = {
  kind: RefusalKind;
  code: string;
  data?: Record<string, string | number>;
  issues?: Issue[];
};

/** One bad field: `field` is a form field's name, `code` a key of the catalogue below `fields.`. */
export type Issue = { field: string; code: string; data?: Record<string, string | number> };

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });

export const refuse = (
  kind: RefusalKind,
  code: string,
  data?: Refusal['data'],
): { ok: false; refusal: Refusal } => ({ ok: false, refusal: data ? { kind, code, data } : { kind, code } });

/** Refuses with one or more fields to mend. */
export const invalid = (issues: Issue[], code = 'invalid'): { ok: false; refusal: Refusal } => ({
  ok: false,
  refusal: { kind: 'invalid', code, issues },
});

/** The value of an outcome that has to be one; throws what was refused. */
export function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`refused: ${JSON.stringify(result.refusal)}`);
}
