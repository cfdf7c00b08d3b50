import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { laneNames, lanes } from '../../src/jobs/lanes.ts';
import { hasWords } from '../../src/words/words.ts';

const root = path.join(import.meta.dirname, '../..');
const catalogue = path.join(root, 'src/words/en');
const namespaces = readdirSync(catalogue).map((file) => path.basename(file, '.json'));

const filesIn = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true })
    .map((file) => path.join(folder, String(file)))
    .filter((file) => /\.(ts|ejs)$/.test(file));

const texts = ['src', 'bot', 'views'].flatMap(filesIn).map((file) => ({
  file,
  text: readFileSync(path.join(root, file), 'utf8'),
}));

/** A key as it stands in a call: `t('site:home.title')`; keys that are put together of parts are the tests' of their pages. */
const used = texts.flatMap(({ file, text }) =>
  [...text.matchAll(new RegExp(`['"\`]((?:${namespaces.join('|')}):[a-z0-9_.]+)['"\`]`, 'g'))].map(
    (found) => ({
      file,
      key: found[1]!,
    }),
  ),
);

const plural = ['', '_zero', '_one', '_other', '_ordinal_one', '_ordinal_other'];

describe('the catalogue', () => {
  it('has every sentence that is asked for', () => {
    expect(used.length).toBeGreaterThan(400);
    const missing = used.filter(({ key }) => !plural.some((end) => hasWords(key + end)));
    expect(missing.filter(({ key }) => !key.endsWith('.'))).toEqual([]);
  });

  it('has the part that a key is put together from', () => {
    const pattern = new RegExp(`\`(${namespaces.join('|')}):([a-z0-9_.]+)\\.\\$\\{`, 'g');
    const parts = texts.flatMap(({ file, text }) =>
      [...text.matchAll(pattern)].map(([, area, way]) => ({ file, area: area!, way: way! })),
    );
    expect(parts.length).toBeGreaterThan(40);
    const missing = parts.filter(({ area, way }) => {
      let words = JSON.parse(readFileSync(path.join(catalogue, `${area}.json`), 'utf8'));
      for (const step of way.split('.')) words = words?.[step];
      return typeof words !== 'object';
    });
    expect(missing).toEqual([]);
  });

  it('has a name for every kind of job', () => {
    const kinds = Object.values(lanes).flatMap((lane) => [...lane.kinds]);
    expect(kinds.filter((kind) => !hasWords(`jobs:kinds.${kind}`))).toEqual([]);
  });

  it('has a sentence for every lane that stands still or fails', () => {
    const keys = laneNames.flatMap((lane) => [`jobs:stalled.${lane}_other`, `jobs:failing.${lane}_other`]);
    expect(keys.filter((key) => !hasWords(key))).toEqual([]);
  });

  it('has a sentence for every refusal that a command can give', () => {
    const codes = texts
      .filter(({ file }) => file.startsWith('src/services/') || file.startsWith('src/jobs/'))
      .flatMap(({ text }) => [...text.matchAll(/refuse\(\s*'\w+',\s*'(\w+)'/g)].map((found) => found[1]!));
    expect(new Set(codes).size).toBeGreaterThan(15);
    expect(
      [...new Set(codes)].filter((code) => !plural.some((end) => hasWords(`refusals:${code}${end}`))),
    ).toEqual([]);
  });

  it('has no sentence that nobody asks for', () => {
    const all = texts.map(({ text }) => text).join('\n');
    const unused = namespaces.flatMap((namespace) =>
      leaves(JSON.parse(readFileSync(path.join(catalogue, `${namespace}.json`), 'utf8')))
        .filter((key) => {
          const parts = key.split('.');
          // A key may be put together: then its last part, or what stands before it, is there at least.
          const stem = parts.at(-1)!.replace(/(_ordinal)?_(zero|one|two|few|other)$/, '');
          const halves = [...stem.matchAll(/_/g)].flatMap(({ index }) => [
            `${stem.slice(0, index + 1)}\${`,
            `}${stem.slice(index)}`,
          ]);
          const area = `${namespace}:${parts.slice(0, -1).join('.')}`;
          return ![stem, area, ...halves].some((one) => all.includes(one));
        })
        .map((key) => `${namespace}:${key}`),
    );
    expect(unused).toEqual([]);
  });
});

const leaves = (words: object, before = ''): string[] =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [before + key] : leaves(value as object, `${before}${key}.`),
  );
