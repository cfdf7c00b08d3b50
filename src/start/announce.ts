import { t } from '../words/words.ts';
import type { Part } from './messages.ts';

/** What a newcomer needs to see: where everything is. */
export function announcement(roles: string[], parts: Part[]): string {
  const labels = parts.flatMap(({ rows }) =>
    rows.map(([key, text]) => [t(`cli:started.${key}`), text] as const),
  );
  const width = Math.max(0, ...labels.map(([label]) => label.length)) + 2;
  const lines = labels.map(([label, text]) => `  ${label.padEnd(width)}${text}`);
  const howTo = parts.flatMap((part) => (part.howTo ? [part.howTo, ''] : []));
  return [t('cli:started.title', { roles: roles.join(', ') }), '', ...lines, '', ...howTo].join('\n');
}
