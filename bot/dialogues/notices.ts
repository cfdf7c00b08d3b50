import { setStopped } from '../../src/services/people/commands.ts';
import { prefer } from '../../src/services/people/preferences.ts';
import { type Person, personById } from '../../src/services/people/queries.ts';
import { type NoticeSort, noticeSorts } from '../../src/services/people/rules.ts';
import { cut } from '../../src/shared/text.ts';
import { zoneName } from '../../src/shared/time.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Dialogue, Doing, Item, Outcome } from '../dialogue.ts';
import { nearest } from '../engine/near.ts';
import { said } from './organised.ts';
import { hoursText } from './preferences.ts';

/** `notices`: what the bot writes first of, each with the line that switches it. */
export const notices: Dialogue = {
  name: 'notices',
  also: ['notifications', 'settings'],
  needsPerson: true,
  async act({ ctx, me }) {
    const person = (await personById(ctx.db, me.personId!))!;
    const items = noticeSorts.map((sort): Item => {
      const on = !person.muted.includes(sort);
      return {
        label: t(`notices:${on ? 'on' : 'off'}`, { what: t(`notices:sorts.${sort}`) }),
        button: t(`notices:${on ? 'stop' : 'start'}`, { what: t(`notices:sorts.${sort}`) }),
        send: `${on ? 'stop' : 'start'} ${sort}`,
      };
    });
    const text = t(me.stopped ? 'notices:all_off' : 'notices:head');
    return { kind: 'done', said: { text, items, after: settingsOf(person) } };
  },
};

const settingsOf = ({ quietFrom, quietTo, zone, remind }: Person): string =>
  t('notices:settings', {
    quiet: quietFrom === null ? t('notices:none') : hoursText({ from: quietFrom, to: quietTo! }),
    remind: remind === null ? t('notices:none') : t('notices:minutes', { count: remind }),
    zone: zone ? zoneName(zone) : t('notices:none'),
  });

/** `stop` and `start`: whether the bot may write first; with a sort, whether of that. */
export const stop = switching('stop', true);
export const start = switching('start', false);

function switching(word: 'stop' | 'start', stopped: boolean): Dialogue {
  return {
    name: word,
    also: stopped ? ['unsubscribe', 'mute'] : ['unmute'],
    begin: (words) => ({ sort: words.join(' ') }),
    async act(doing) {
      const typed = String(doing.given.sort ?? '');
      if (typed) return switchSort(doing, word, typed);
      await setStopped(doing.ctx, stopped);
      return { kind: 'done', said: { text: t(`bot:${word}`) }, wrote: true };
    },
  };
}

async function switchSort({ ctx, me }: Doing, word: 'stop' | 'start', typed: string): Promise<Outcome> {
  const sort = sortOf(typed);
  if (!sort) return said(t('notices:unknown', { typed: cut(typed, 40, '…'), all: noticeSorts.join(', ') }));
  const person = me.personId ? await personById(ctx.db, me.personId) : undefined;
  const muted = (person?.muted ?? []).filter((one) => one !== sort);
  const result = await prefer(ctx, person, { muted: word === 'stop' ? [...muted, sort] : muted });
  if (!result.ok) return said(refusalText(t, result.refusal));
  const what = t(`notices:sorts.${sort}`);
  return { ...said(t(word === 'stop' ? 'notices:stopped' : 'notices:started', { what, sort })), wrote: true };
}

function sortOf(typed: string): NoticeSort | undefined {
  const text = typed.toLowerCase();
  const begins = noticeSorts.filter((sort) => sort.startsWith(text));
  if (begins.length === 1) return begins[0];
  return nearest(text, [...noticeSorts])[0] as NoticeSort | undefined;
}
