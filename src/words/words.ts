import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import i18next from 'i18next';
import { root } from '../shared/root.ts';
import { spoken } from '../shared/spoken.ts';

/** Gives a sentence of the catalogue: `t('site:places.free', { count: 3 })`. Plain text: templates escape it. */
export type T = (key: string, data?: Record<string, unknown>) => string;

const folder = join(root, 'src/words');

/** The languages that the bot speaks, English first: one folder of JSON files each, one file an area (namespace). The site is in English. */
export const languages = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort((one, other) => Number(other === 'en') - Number(one === 'en'));

const words = i18next.createInstance();
await words.init({
  lng: 'en',
  fallbackLng: 'en',
  interpolation: { escapeValue: false },
  returnEmptyString: false,
  resources: Object.fromEntries(languages.map((language) => [language, namespaces(language)])),
});

/** The catalogue in the language asked for, or in English where a sentence is not translated. */
export const wordsIn = (language: string): T => words.getFixedT(language) as unknown as T;

const known = new Map(languages.map((language) => [language, wordsIn(language)]));
const english = wordsIn('en');

/** In the language that is spoken where it is called. */
export const t: T = (key, data) => (known.get(spoken()) ?? english)(key, data);

/** A language by its own name: `Deutsch`. */
export const ownName = (language: string): string =>
  new Intl.DisplayNames([language], { type: 'language' }).of(language)!;

/** Whether the catalogue has the key: a test asks it for every key used. */
export const hasWords = (key: string): boolean => hasWordsIn('en', key);
export const hasWordsIn = (language: string, key: string): boolean =>
  words.exists(key, { lng: language, fallbackLng: [] });

function namespaces(language: string): Record<string, object> {
  const own = join(folder, language);
  return Object.fromEntries(
    readdirSync(own).map((file) => [
      basename(file, '.json'),
      JSON.parse(readFileSync(join(own, file), 'utf8')),
    ]),
  );
}
