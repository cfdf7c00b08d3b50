import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import i18next from 'i18next';

/** Gives a sentence of the catalogue: `t('site:places.free', { count: 3 })`. Plain text: templates escape it. */
export type T = (key: string, data?: Record<string, unknown>) => string;

/** The languages that there are: one folder of JSON files each, one file an area (namespace). */
export const languages = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

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

/** English: the language of a door that has no better knowledge. */
export const t: T = wordsIn('en');

/** Whether the catalogue has the key: a test asks it for every key used. */
export const hasWords = (key: string): boolean => words.exists(key);

function namespaces(language: string): Record<string, object> {
  const folder = join(import.meta.dirname, language);
  return Object.fromEntries(
    readdirSync(folder).map((file) => [
      basename(file, '.json'),
      JSON.parse(readFileSync(join(folder, file), 'utf8')),
    ]),
  );
}
