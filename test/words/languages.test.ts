import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { messages } from '../../bot/transports/xmpp/outgoing.ts';
import { speaking, spoken, withLanguage } from '../../src/shared/spoken.ts';
import { moment, shortDay, when, zoneNote } from '../../src/shared/time.ts';
import { hasWords, hasWordsIn, languages, ownName, t } from '../../src/words/words.ts';

// What the bot says it says in every language that it speaks; what the site says is in English.

const root = path.join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const catalogue = (language: string, area: string): object =>
  JSON.parse(read(`src/words/${language}/${area}.json`));
const areas = (language: string) =>
  readdirSync(path.join(root, 'src/words', language)).map((file) => path.basename(file, '.json'));
const leaves = (words: object, before = ''): [string, string][] =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[before + key, value] as [string, string]]
      : leaves(value, `${before}${key}.`),
  );

/** Where sentences of the bot are made. */
const sources = [
  'bot/conversation.ts',
  ...['bot/dialogues', 'bot/engine'].flatMap((folder) =>
    readdirSync(path.join(root, folder)).map((file) => `${folder}/${file}`),
  ),
].map(read);
const told = ['src/services/notices/messages.ts', 'src/services/notices/grid-messages.ts'].map(read);

/** Lists of commands and the page of the chat belong to clients and to the site, most fields to the forms of organisers. */
const isElsewhere = (key: string) =>
  /^bot:(titles|web)\b|^fields:labels\.(?!name|email|zone|title|abstract|kind|minutes|tags)/.test(key);
const names = areas('en').join('|');
const plural = ['', '_zero', '_one', '_other'];

/** Keys as they stand in a call, and those that begin like what is put together from parts. */
function keys(texts: string[], pattern = names): string[] {
  const all = texts.join('\n');
  const whole = [...all.matchAll(new RegExp(`['"\`]((?:${pattern}):[a-z0-9_.]+)['"\`]`, 'g'))];
  const begun = [...all.matchAll(new RegExp(`\`((${pattern}):([a-z0-9_.]*))\\$\\{`, 'g'))];
  const known = begun.flatMap(([, , area, start]) =>
    leaves(catalogue('en', area!))
      .map(([key]) => key)
      .filter((key) => start && key.startsWith(start))
      .map((key) => `${area}:${key}`),
  );
  const meant = whole.flatMap(([, key]) => plural.map((end) => key! + end).filter(hasWords));
  return [...new Set([...meant, ...known])].filter((key) => !isElsewhere(key));
}

describe.each(languages.filter((language) => language !== 'en'))('in %s', (language) => {
  it('the bot has a sentence for all that it says, and for every refusal that it can be given', () => {
    const wanted = [...keys(sources), ...keys(told, 'mail:chat|grid-mail:chat|reconfirm|bot-dinner|party')];
    expect(wanted.length).toBeGreaterThan(450);
    expect(wanted.filter((key) => !hasWordsIn(language, key))).toEqual([]);
  });

  it('the catalogue has nothing that English has not, with the same gaps to fill', () => {
    const gaps = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
    const odd = areas(language).flatMap((area) => {
      const english = new Map(leaves(catalogue('en', area)));
      return leaves(catalogue(language, area))
        .filter(([key, text]) => String(gaps(text)) !== String(gaps(english.get(key) ?? '{{none}}')))
        .map(([key]) => `${area}:${key}`);
    });
    expect(odd).toEqual([]);
  });

  it('quotes, command words and addresses are as they are typed', () => {
    const commands = (text: string) => [...text.matchAll(/[“„](\w+)[”“ ]/g)].map(([, word]) => word);
    const english = new Set(leaves(catalogue('en', 'bot')).flatMap(([, text]) => commands(text)));
    const unknown = leaves(catalogue(language, 'bot')).flatMap(([key, text]) =>
      key.startsWith('help.') ? commands(text).filter((word) => !english.has(word) && word !== 'ja') : [],
    );
    expect(unknown).toEqual([]);
  });
});

describe('the language that is spoken', () => {
  it('is that of whoever is spoken to, through all that is waited for, and beside others', async () => {
    expect([spoken(), t('site:yes')]).toEqual(['en', 'Yes']);
    const slowly = (language: string) =>
      speaking({ language }, async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return t('site:yes');
      });
    expect(await Promise.all([slowly('de'), slowly('en'), slowly('de')])).toEqual(['Ja', 'Yes', 'Ja']);
    expect(speaking({ language: 'tlh' }, () => t('site:yes'))).toBe('Yes');
    expect(spoken()).toBe('en');
  });

  it('is that of its times too', () => {
    const [from, to] = [new Date('2026-05-30T18:00:00Z'), new Date('2026-05-30T21:00:00Z')];
    expect(when(from, to, 'Europe/Berlin')).toBe('Sat 30 May, 20:00–23:00 (Berlin)');
    expect(speaking({ language: 'de' }, () => when(from, to, 'Europe/Berlin'))).toBe(
      'Sa. 30. Mai, 20:00–23:00 (Berlin)',
    );
    expect(speaking({ language: 'de' }, () => shortDay(from, 'Europe/Berlin'))).toBe('Sa. 30. Mai');
  });

  it('goes with the clock of whoever is spoken to', () => {
    const [from, to] = [new Date('2026-05-30T18:00:00Z'), new Date('2026-05-30T21:00:00Z')];
    const by = (zone: string, language = 'en') =>
      speaking({ zone, language }, () => when(from, to, 'Europe/London'));
    expect(by('Europe/London')).toBe('Sat 30 May, 19:00–22:00 (London)');
    expect(by('Europe/Lisbon')).toBe('Sat 30 May, 19:00–22:00 (London)');
    expect(by('Europe/Berlin')).toBe('Sat 30 May, 19:00–22:00 (London), 20:00–23:00 (Berlin)');
    expect(by('Europe/Berlin', 'de')).toBe('Sa. 30. Mai, 19:00–22:00 (London), 20:00–23:00 (Berlin)');
    expect(by('Asia/Tokyo')).toBe('Sat 30 May, 19:00–22:00 (London), Sun 31 May, 03:00–06:00 (Tokyo)');
    const at = (zone: string) => speaking({ zone }, () => moment(from, 'Europe/London'));
    expect(at('Asia/Kolkata')).toBe('Sat 30 May, 19:00 (London), 23:30 (Kolkata)');
    const note = (zone: string) => speaking({ zone }, () => zoneNote('Europe/London', from));
    expect(['Europe/Lisbon', 'Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns'].map(note)).toEqual([
      'London',
      'London; Berlin +1 h',
      'London; Kolkata +4:30 h',
      'London; St Johns −3:30 h',
    ]);
  });

  it('is told to clients and screen readers with the message', () => {
    const said = speaking({ language: 'de' }, () => withLanguage({ text: t('site:yes') }));
    expect(said).toEqual({ text: 'Ja', language: 'de' });
    expect(withLanguage({ text: 'Yes' })).toEqual({ text: 'Yes' });
    const [message] = messages({ to: 'ann@example.org', type: 'chat' }, 'one', said);
    expect(message!().attrs['xml:lang']).toBe('de');
    const [english] = messages({ to: 'ann@example.org', type: 'chat' }, 'one', { text: 'Yes' });
    expect(String(english!())).not.toContain('xml:lang');
  });

  it('has a name of its own', () => {
    expect(languages.map(ownName)).toEqual(['English', 'Deutsch']);
  });
});
