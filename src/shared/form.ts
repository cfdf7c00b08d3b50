import type { Issue } from './result.ts';
import { composed } from './text.ts';

/**
 * A form is a list of fields, as data. The same list is an HTML form, a step-by-step dialogue,
 * an XMPP data form and the columns of an export.
 */
export const fieldKinds = ['text', 'long', 'choice', 'several', 'yesno', 'number', 'email'] as const;
export type FieldKind = (typeof fieldKinds)[number];

export type Field = {
  /** Stable key under which the answer is kept: `[a-z][a-z0-9_]*`. */
  name: string;
  kind: FieldKind;
  label: string;
  help?: string;
  required?: boolean;
  /** For `choice` and `several`. */
  options?: string[];
  /** Who may read the answer: organisers only, or everyone on the public attendee list. */
  audience?: 'organisers' | 'public';
};

/** An answer as it is stored. An empty answer is absent from the record. */
export type Answer = string | string[] | number | boolean;
export type Answers = Record<string, Answer>;

export const limits = { text: 200, long: 4000, options: 40, questions: 30 } as const;

type Read = { value?: Answer } | { code: string; data?: Issue['data'] };

/**
 * Reads what a person typed or pressed (text, or a list for `several`) as the field's answer.
 * Options are matched by number (from 1), whole text, or an unambiguous beginning, whatever the case.
 */
export function readAnswer(field: Field, raw: unknown): Read {
  const texts = (Array.isArray(raw) ? raw : [raw]).map((one) => clean(one)).filter((one) => one !== '');
  if (texts.length === 0) return field.required ? { code: 'required' } : {};
  const [length, max] = [texts.join('\n').length, longestOf(field)];
  if (length > max) return { code: 'too_long', data: { max, length } };
  switch (field.kind) {
    case 'text':
    case 'long':
      return { value: texts.join('\n') };
    case 'email':
      return readEmail(texts.join(' '));
    case 'number':
      return readNumber(texts.join(' '));
    case 'yesno':
      return readYesNo(texts.join(' '));
    case 'choice':
      return readChoice(field, texts.join(' '));
    case 'several':
      return readSeveral(field, texts);
    default:
      return field.kind satisfies never;
  }
}

/** What is longer is not looked at. Of several options all of them can be named. */
function longestOf({ kind, options = [] }: Field): number {
  if (kind === 'text') return limits.text;
  return Math.max(
    limits.long,
    options.reduce((sum, option) => sum + option.length + 2, 0),
  );
}

/** Reads every field of a form from a record of raw values; all problems are named at once. */
export function readAnswers(
  fields: Field[],
  raw: Record<string, unknown>,
): { answers: Answers; issues: Issue[] } {
  const answers: Answers = {};
  const issues: Issue[] = [];
  for (const field of fields) {
    const read = readAnswer(field, raw[field.name]);
    if ('code' in read)
      issues.push({ field: field.name, code: read.code, data: { label: field.label, ...read.data } });
    else if (read.value !== undefined) answers[field.name] = read.value;
  }
  return { answers, issues };
}

/** An answer as one line of text for lists, chats and exports. `yes` and `no` are words of the catalogue. */
export function answerText(answer: Answer | undefined, words: { yes: string; no: string }): string {
  if (answer === undefined) return '';
  if (typeof answer === 'boolean') return answer ? words.yes : words.no;
  if (Array.isArray(answer)) return answer.join(', ');
  return String(answer);
}

/** The grammar for an e-mail address: no comments, groups, quotes or lists, so that a header can hold it as it is. */
const emailPattern =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** The address in lower case, or undefined when it is not one that we would write to. */
export function parseEmail(text: string): string | undefined {
  const email = text.trim().toLowerCase();
  if (email.length > 254 || email.includes('..') || email.startsWith('.') || email.includes('.@'))
    return undefined;
  return emailPattern.test(email) ? email : undefined;
}

/** Text as we store it: composed (NFC), no control characters but newline and tab, no lone surrogates, trimmed; never longer than it was. */
export function clean(raw: unknown): string {
  if (raw === undefined || raw === null) return '';
  if (typeof raw !== 'string' && typeof raw !== 'number' && typeof raw !== 'boolean') return '';
  const text = String(raw)
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/g, '')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '');
  return composed(text).trim();
}

function readEmail(text: string): Read {
  const email = parseEmail(text);
  return email ? { value: email } : { code: 'email' };
}

function readNumber(text: string): Read {
  if (!/^[+-]?\d{1,15}([.,]\d{1,6})?$/.test(text)) return { code: 'number' };
  return { value: Number(text.replace(',', '.')) };
}

const yes = /^(y|yes|yep|yeah|sure|ok|true|on|1|ja|j)$/i;
const no = /^(n|no|nope|false|off|2|0|nein)$/i;

function readYesNo(text: string): Read {
  if (yes.test(text)) return { value: true };
  return no.test(text) ? { value: false } : { code: 'yesno' };
}

function readChoice(field: Field, text: string): Read {
  const found = matchOption(field.options ?? [], text);
  return found === undefined
    ? { code: 'choice', data: { options: (field.options ?? []).join(', ') } }
    : { value: found };
}

function readSeveral(field: Field, texts: string[]): Read {
  const options = field.options ?? [];
  const whole = texts.map((text) => matchOption(options, text));
  const parts = whole.includes(undefined) ? texts.flatMap(listed) : texts;
  const found = parts
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => matchOption(options, part));
  if (found.includes(undefined)) return { code: 'several', data: { options: options.join(', ') } };
  return { value: options.filter((option) => found.includes(option)) };
}

/** The parts of `a, b and c`. */
export const listed = (text: string): string[] => text.replace(/\s+/g, ' ').split(/[,;]| and /);

function matchOption(options: string[], text: string): string | undefined {
  const wanted = text.toLowerCase();
  const exact = options.find((option) => option.toLowerCase() === wanted);
  if (exact) return exact;
  if (/^\d+$/.test(text)) return options[Number(text) - 1];
  const begins = options.filter((option) => option.toLowerCase().startsWith(wanted));
  return begins.length === 1 ? begins[0] : undefined;
}
