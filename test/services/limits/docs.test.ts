import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Limit, type LimitName, limits, siteGrows } from '../../../src/services/limits/limits.ts';
import { tooMany, untilThen } from '../../../src/services/limits/rules.ts';
import { t } from '../../../src/words/words.ts';
import { generous } from '../../support/limits.ts';

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/limits.md'), 'utf8');

const windowOf = ({ seconds }: Limit) =>
  seconds % 3600 === 0 ? `${seconds / 3600} hour` : `${seconds / 60} minutes`;

describe('docs/limits.md', () => {
  it('has a row for each limit, with its numbers, in their order', () => {
    const rows = page
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .map(([, name, , window, most, daily]) => [name, window, most, daily]);
    const expected = Object.entries(limits).map(([name, limit]) => [
      `\`${name}\``,
      windowOf(limit),
      name === 'site_mail' ? `${limit.most} and more` : String(limit.most),
      limit.daily === Number.POSITIVE_INFINITY ? '' : String(limit.daily),
    ]);
    expect(rows).toEqual(expected);
    const { mostPlaces, unlimited } = siteGrows;
    expect(page).toContain(
      `(${mostPlaces.toLocaleString('en')} an event at most, ${unlimited} for one without a number)`,
    );
  });

  it('each limit that refuses has its sentence, in both languages', () => {
    const silent = ['mailbox_sign_in', 'registration_link', 'mailbox_mail', 'site_mail', 'known_answers'];
    const minutes = [119, 119.01, 120, 121, 1380].map((one) =>
      untilThen(new Date(one * 60_000), new Date(0)),
    );
    expect(minutes.map(({ count, context }) => `${count} ${context ?? 'minutes'}`)).toEqual([
      ...['119 minutes', '2 hours', '2 hours', '3 hours', '23 hours'],
    ]);
    for (const name of Object.keys(limits).filter((one) => !silent.includes(one)))
      for (const lng of ['en', 'de']) {
        expect(t(`refusals:limit_${name}`, { count: 5, lng })).toMatch(/ 5 min/i);
        const { data } = tooMany(
          { limit: name as LimitName, subject: '', until: new Date(82_800_000) },
          new Date(0),
        );
        expect(t(`refusals:limit_${name}`, { ...data, lng })).toMatch(/ 23 (hours|Stunden)/);
      }
  });

  it('tests have the same limits with other numbers', () => {
    expect(Object.keys(generous)).toEqual(Object.keys(limits));
  });
});
