import { clean } from '../../shared/form.ts';
import type { Issue } from '../../shared/result.ts';

export const audiences = ['coming', 'everyone'] as const;
export type Audience = (typeof audiences)[number];

export const longest = 2000;

/** Reads what is to be announced, and to whom. */
export function readAnnouncement(raw: { text?: unknown; audience?: unknown }): {
  text: string;
  audience: Audience;
  issues: Issue[];
} {
  const text = clean(raw.text);
  const audience = audiences.find((one) => one === clean(raw.audience)) ?? 'coming';
  const issues: Issue[] = [];
  if (!text) issues.push({ field: 'text', code: 'required' });
  if (text.length > longest)
    issues.push({ field: 'text', code: 'too_long', data: { max: longest, length: text.length } });
  return { text, audience, issues };
}
