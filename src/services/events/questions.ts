import { clean, type Field, type FieldKind, fieldKinds, limits } from '../../shared/form.ts';
import type { Issue } from '../../shared/result.ts';

/** The kinds of question that an organiser can ask; an e-mail is asked of everyone anyway. */
export const questionKinds = fieldKinds.filter((kind) => kind !== 'email');

/** A question as a form gives it: options one a line. */
export type RawQuestion = {
  name?: unknown;
  label?: unknown;
  kind?: unknown;
  help?: unknown;
  required?: unknown;
  options?: unknown;
  audience?: unknown;
};

/** The longest texts of a question, its options together. */
export const longest = { label: 300, help: 500, options: 8000 } as const;

/** Reads the question editor. Rows without a label, kind aside, are left out: the empty row that waits for a new question. */
export function readQuestions(raw: unknown): { fields: Field[]; issues: Issue[] } {
  const rows = (Array.isArray(raw) ? raw : Object.values(raw ?? {})) as RawQuestion[];
  const issues: Issue[] = [];
  const filled = rows.filter(
    (row) => row && typeof row === 'object' && (clean(row.label) || clean(row.options) || clean(row.help)),
  );
  if (filled.length > limits.questions)
    issues.push({ field: 'questions', code: 'too_many_questions', data: { max: limits.questions } });
  const fields = filled.slice(0, limits.questions).map((row, index) => readQuestion(row, index, issues));
  return { fields, issues };
}

function readQuestion(row: RawQuestion, index: number, issues: Issue[]): Field {
  const at = (part: string) => `questions.${index}.${part}`;
  const label = clean(row.label);
  if (!label) issues.push({ field: at('label'), code: 'question_label' });
  const help = clean(row.help);
  const options = clean(row.options);
  for (const [part, text] of Object.entries({ label, help, options })) {
    const max = longest[part as keyof typeof longest];
    if (text.length > max)
      issues.push({ field: at(part), code: 'too_long', data: { max, length: text.length } });
  }
  const kind = (questionKinds.find((one) => one === clean(row.kind)) ?? 'text') as FieldKind;
  const choices = [...new Set(options.split('\n').map(clean).filter(Boolean))];
  const chooses = kind === 'choice' || kind === 'several';
  if (chooses && (choices.length < 2 || choices.length > limits.options))
    issues.push({ field: at('options'), code: 'question_options', data: { max: limits.options } });
  const name = clean(row.name);
  return {
    name: /^[a-z][a-z0-9_]{0,50}$/.test(name) ? name : '',
    kind,
    label,
    ...(help ? { help } : {}),
    ...(['on', 'true', 'yes', '1'].includes(clean(row.required)) ? { required: true } : {}),
    ...(chooses ? { options: choices } : {}),
    audience: clean(row.audience) === 'public' ? 'public' : 'organisers',
  };
}
