import { cut } from './text.ts';

/** What a session at a community's event may be held in; any other language can be typed as well. BCP 47. */
const known = (
  'ar bg bn ca cs cy da de el en eo es et eu fa fi fr ga gd gl he hi hr hu id is it ja ko lt lv nb nl pl pt ro ru sk sl sr sv ta ' +
  'th tr uk ur vi zh'
).split(' ');

const english = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** `German` for `de`; what is no code of a language stays as it is. */
export function languageName(code: string): string {
  try {
    return english.of(code) ?? code;
  } catch {
    return code;
  }
}

/** In English, in the order of the alphabet. */
export const languageNames: string[] = known.map(languageName).sort();

/** By its name in English or in itself. */
const codes = new Map(
  known.flatMap((code) => {
    const own = new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;
    return [languageName(code), own].map((name) => [name.toLowerCase(), code] as const);
  }),
);

/** `de` for `German`, `deutsch` or `DE`; of anything else the first 20 letters; empty for nothing. */
export function languageCode(typed: string): string {
  const text = typed.trim().toLowerCase();
  return codes.get(text) ?? cut(text, 20);
}
