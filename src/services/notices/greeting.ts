import type { T } from '../../words/words.ts';

/** By name; but a name that looks like a link is not repeated to whoever owns the address that was typed with it. */
export function greeting(t: T, name: string): string {
  const looksLikeLink = /[/@:]|\.\S/.test(name) || name.length > 60;
  return looksLikeLink || !name ? t('mail:greeting_nobody') : t('mail:greeting', { name });
}
