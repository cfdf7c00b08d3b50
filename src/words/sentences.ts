import type { Issue, Refusal } from '../shared/result.ts';
import type { T } from './words.ts';

/** A refusal as a sentence: what was wrong and what to do. */
export const refusalText = (t: T, refusal: Refusal): string => {
  const issue = refusal.issues?.[0];
  return issue && refusal.issues?.length === 1
    ? issueText(t, issue)
    : t(`refusals:${refusal.code}`, {
        ...refusal.data,
        count: refusal.issues?.length ?? refusal.data?.count ?? 0,
      });
};

/** A bad field as a sentence; a field of ours is named from the catalogue (`links.2.title` by its last part), a question by its own label. */
export const issueText = (t: T, issue: Issue): string =>
  t(`fields:${issue.code}`, {
    ...issue.data,
    label: issue.data?.label || t(`fields:labels.${issue.field.replace(/^.*\./, '')}`),
  });
