import { longestRemind, prefer, zonesNamed } from '../../src/services/people/preferences.ts';
import { personById } from '../../src/services/people/queries.ts';
import type { QuietHours } from '../../src/services/people/rules.ts';
import { zoneName } from '../../src/shared/time.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Doing, Outcome, Slot } from '../dialogue.ts';
import { readTime } from './cell-words.ts';
import { shortened } from './fields.ts';

/** `quiet 22:00 7:00`, `quiet off`: hours in which the bot does not write first. Whoever has told no zone is asked for it. */
export const quiet: Dialogue = {
  name: 'quiet',
  needsPerson: true,
  slots: ({ hours }, me) => [
    {
      name: 'hours',
      label: t('notices:hours'),
      prompt: t('notices:hours_ask'),
      takes: (text) => readHours(text) !== undefined,
      word: (value) => hoursWord(value as Hours),
    },
    ...(hours !== 'off' && !me.zone ? [zoneSlot()] : []),
  ],
  checks: { hours: checkHours, zone: checkZone },
  act: (doing) => {
    const { hours, zone } = doing.given as { hours: Hours; zone?: string };
    const changes = { quiet: hours === 'off' ? null : hours, ...(zone && { zone }) };
    const named = zoneName(zone ?? doing.me.zone ?? '');
    const key = hours === 'off' ? 'quiet_off' : 'quiet_on';
    return change(doing, 'hours', changes, t(`notices:${key}`, { hours: hoursWord(hours), zone: named }));
  },
};

/** `zone Berlin`: where one lives; the times of events are then said by that clock too. */
export const zone: Dialogue = {
  name: 'zone',
  also: ['timezone'],
  needsPerson: true,
  slots: () => [zoneSlot()],
  checks: { zone: checkZone },
  act: (doing) => {
    const { zone } = doing.given;
    return change(doing, 'zone', { zone }, t('notices:zone_set', { zone: zoneName(String(zone)) }));
  },
};

/** `remind 10`, `remind off`: so many minutes before a session that one starred or holds, the bot says so. */
export const remind: Dialogue = {
  name: 'remind',
  also: ['reminders'],
  needsPerson: true,
  slots: () => [
    {
      name: 'minutes',
      label: t('notices:remind'),
      prompt: t('notices:remind_ask', { max: longestRemind }),
      items: ['off', '10 min', '20 min'].map((send) => ({ send, label: t(`notices:before.${send}`) })),
      takes: (text) => /^\d+$/.test(text),
      read: (text) => {
        if (/^(off|none|no|never)$/i.test(text)) return { value: 'off' };
        const minutes = /^(\d{1,3})( ?m(in(utes?)?)?)?$/i.exec(text)?.[1];
        const fits = minutes && Number(minutes) > 0 && Number(minutes) <= longestRemind;
        return fits
          ? { value: Number(minutes) }
          : { error: t('notices:remind_wrong', { max: longestRemind }) };
      },
    },
  ],
  act: (doing) => {
    const { minutes } = doing.given;
    const remind = minutes === 'off' ? null : minutes;
    const done = remind ? t('notices:remind_on', { count: Number(remind) }) : t('notices:remind_off');
    return change(doing, 'minutes', { remind }, done);
  },
};

type Hours = 'off' | QuietHours;

const zoneSlot = (): Slot => ({
  name: 'zone',
  label: t('fields:labels.zone'),
  prompt: t('notices:zone_ask'),
});

/** Says what was done, or asks that slot again. */
async function change({ ctx, me }: Doing, slot: string, changes: object, done: string): Promise<Outcome> {
  const result = await prefer(ctx, await personById(ctx.db, me.personId!), changes);
  if (!result.ok) return { kind: 'again', slot, text: refusalText(t, result.refusal) };
  return { kind: 'done', said: { text: done }, wrote: true };
}

/** As many words of the line as are two times. */
async function checkHours({ typed, rest }: Checking): Promise<Outcome> {
  const words = [typed, ...rest];
  for (const used of [4, 3, 2, 1]) {
    const hours = words.length >= used ? readHours(words.slice(0, used).join(' ')) : undefined;
    if (hours) return { kind: 'given', given: { hours }, used };
  }
  return { kind: 'again', slot: 'hours', text: t('notices:hours_wrong') };
}

/** Two different times in any of the ways that people write them, or `off`. */
function readHours(text: string): Hours | undefined {
  if (/^(off|none|no|never)$/i.test(text.trim())) return 'off';
  const plain = text.toLowerCase().replace(/[-–]|\b(from|to|until|and)\b/g, ' ');
  const times = plain
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((word) => readTime(word));
  const [from, to] = times.map((time) => (time && time !== 'now' ? minutesOf(time) : undefined));
  return times.length === 2 && from !== undefined && to !== undefined && from !== to
    ? { from, to }
    : undefined;
}

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const timeOf = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** `22:00–07:00`. */
export const hoursText = ({ from, to }: QuietHours): string => `${timeOf(from)}–${timeOf(to)}`;
const hoursWord = (hours: Hours) => (hours === 'off' ? hours : hoursText(hours));

const mostZones = 9;

/** A zone by its own name or by a city's; the words of a line together, where they name one. */
async function checkZone({ typed, rest }: Checking): Promise<Outcome> {
  const all = [typed, ...rest].join(' ');
  const used = zonesNamed(all).length > 0 ? rest.length + 1 : 1;
  const found = zonesNamed(used > 1 ? all : typed);
  const [only, ...others] = found;
  const said = { typed: shortened(typed, 40) };
  if (!only) return { kind: 'again', slot: 'zone', text: t('notices:zone_unknown', said) };
  if (others.length === 0) return { kind: 'given', given: { zone: only }, used };
  const items = found.slice(0, mostZones).map((send) => ({ label: send, send }));
  return {
    kind: 'choose',
    slot: 'zone',
    text: t('notices:zone_several', said),
    items,
    rest: rest.slice(used - 1),
  };
}
