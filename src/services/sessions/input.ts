import { type SessionKind, type SessionLink, sessionKinds } from '../../db/schema.ts';
import { type Answers, clean, type Field, limits, readAnswers } from '../../shared/form.ts';
import { languageCode } from '../../shared/languages.ts';
import type { Issue } from '../../shared/result.ts';
import { cut } from '../../shared/text.ts';

/** What a door gives for a proposal, or an edit: raw texts by field name. */
export type SessionInput = { event: string; answers: Record<string, unknown>; requestKey?: string };

export { sessionKinds };
export const levels = ['beginner', 'intermediate', 'advanced'] as const;

/** The form of a session: an HTML form, a dialogue and an import alike. Labels are in the catalogue under `fields:labels`. */
export const sessionFields: Field[] = [
  { name: 'title', kind: 'text', label: '', required: true },
  { name: 'abstract', kind: 'long', label: '' },
  { name: 'kind', kind: 'choice', label: '', options: [...sessionKinds] },
  { name: 'minutes', kind: 'number', label: '' },
  { name: 'level', kind: 'choice', label: '', options: [...levels] },
  { name: 'language', kind: 'text', label: '' },
  { name: 'features', kind: 'text', label: '' },
  { name: 'tags', kind: 'text', label: '' },
];

export type SessionValues = {
  title: string;
  abstract: string;
  kind: SessionKind;
  minutes: number | null;
  level: '' | (typeof levels)[number];
  language: string;
  features: string[];
  tags: string[];
};

/** Reads the form; all problems are named at once. */
export function readSession(raw: Record<string, unknown>): { values: SessionValues; issues: Issue[] } {
  const { answers, issues } = readAnswers(sessionFields, raw);
  const minutes = answers.minutes as number | undefined;
  if (minutes !== undefined && (!Number.isInteger(minutes) || minutes < 5 || minutes > 480))
    issues.push({ field: 'minutes', code: 'minutes' });
  return { values: valuesOf(answers), issues };
}

const valuesOf = (answers: Answers): SessionValues => ({
  title: text(answers.title),
  abstract: text(answers.abstract),
  kind: (answers.kind as SessionKind | undefined) ?? 'talk',
  minutes: (answers.minutes as number | undefined) ?? null,
  level: (answers.level as SessionValues['level'] | undefined) ?? '',
  language: languageCode(text(answers.language)) || 'en',
  features: words(answers.features),
  tags: words(answers.tags),
});

const text = (answer: unknown): string => (typeof answer === 'string' ? answer : '');

/** Words with commas between them, or hashes before them: lower case, each once, ten at most. */
export const words = (answer: unknown): string[] =>
  [
    ...new Set(
      text(answer)
        .toLowerCase()
        .split(/[,#\n]/)
        .map((one) => cut(one.trim(), 40)),
    ),
  ]
    .filter(Boolean)
    .slice(0, 10);

export const linkKinds = ['slides', 'notes', 'recording', 'link'] as const;
export const mostLinks = 20;

/** Reads the rows of the links editor; a row in which nothing is typed is left out. Issues name a row by where it stood. */
export function readLinks(raw: unknown): { links: SessionLink[]; issues: Issue[] } {
  const rows = (Array.isArray(raw) ? raw : Object.values(raw ?? {})) as Record<string, unknown>[];
  const issues: Issue[] = [];
  const links = rows.slice(0, mostLinks).flatMap((row, index) => {
    if (!row || typeof row !== 'object' || !(clean(row.url) || clean(row.title))) return [];
    const url = webAddress(clean(row.url));
    if (!url) issues.push({ field: `links.${index}.url`, code: 'url' });
    const kind = linkKinds.find((one) => one === clean(row.kind)) ?? 'link';
    const title = clean(row.title);
    if (title.length > limits.text)
      issues.push({
        field: `links.${index}.title`,
        code: 'too_long',
        data: { max: limits.text, length: title.length },
      });
    return [{ kind, url: url ?? '', title }];
  });
  return { links, issues };
}

function webAddress(typed: string): string | undefined {
  try {
    const url = new URL(typed);
    return /^https?:$/.test(url.protocol) && typed.length <= 1000 ? url.href : undefined;
  } catch {
    return undefined;
  }
}
