import { tablesOf } from '../../src/services/dinners/queries.ts';
import { cancelOwn } from '../../src/services/registrations/commands.ts';
import { resizeParty } from '../../src/services/registrations/parties.ts';
import { membersOf, upcomingOf } from '../../src/services/registrations/queries.ts';
import { moment } from '../../src/shared/time.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Doing, Given, Outcome, Slot } from '../dialogue.ts';
import { nearest } from '../engine/near.ts';
import { shortened } from './fields.ts';
import { cancelledBefore, cancelledSaid, isCalled } from './gone.ts';
import { pageSize, whenOf } from './lines.ts';

type Mine = Awaited<ReturnType<typeof upcomingOf>>[number];

/** `my`: what one is registered for. */
export const my: Dialogue = {
  name: 'my',
  also: ['registrations'],
  needsPerson: true,
  async act({ ctx, me, given }) {
    const from = Number(given.from ?? 0);
    const rows = await upcomingOf(ctx.db, me.personId!, ctx.now());
    if (rows.length === 0)
      return {
        kind: 'done',
        said: { text: t('bot:my.none'), items: [{ label: t('bot:items.events'), send: 'events' }] },
      };
    const shown = rows.slice(from, from + pageSize);
    const tables = await tablesOf(
      ctx.db,
      shown.map((row) => row.id),
    );
    const items = shown.map((row) => item(row, `event ${row.event.slug}`, tables.get(row.id)));
    const more = rows.length > from + pageSize ? { from: from + pageSize } : undefined;
    const after = t(more ? 'bot:events.after_more' : 'bot:my.after');
    return { kind: 'done', said: { text: t('bot:my.text'), items, after, more } };
  },
};

/** `unregister EVENT yes`. */
export const unregister: Dialogue = {
  name: 'unregister',
  also: ['leave', 'unrsvp', 'not coming', 'abmelden'],
  needsPerson: true,
  slots: (given) => [
    {
      name: 'event',
      label: t('bot:event.label'),
      prompt: t('bot:unregister.which'),
      listed: true,
    },
    ...whoSlots(given),
  ],
  checks: { event: which },
  confirm(given) {
    const { name, when, state, members } = given.event as Chosen;
    const one = Number(given.who ?? 0);
    if (one > 0)
      return {
        question: t('bot-dinner:party.sure_remove', { event: name, name: members[one] }),
        what: t('bot-dinner:party.what_remove'),
      };
    return {
      question: t(`bot:unregister.sure_${state}`, { event: name, when }),
      what: t('bot:unregister.what', { event: name }),
    };
  },
  async act({ ctx, given }) {
    const { slug, name, when, members, id } = given.event as Chosen;
    const one = Number(given.who ?? 0);
    if (one > 0) return removeOne(ctx, { id, slug, name, member: members[one]! }, one);
    const result = await cancelOwn(ctx, slug);
    // There was a registration when it was asked for: whatever has cancelled it since, this very message too, it is gone.
    const gone = result.ok || result.refusal.code === 'not_registered';
    const said = cancelledSaid(name, when);
    if (!gone) said.text = refusalText(t, result.refusal);
    return { kind: 'done', said, wrote: true };
  },
};

/** Of a party: all of it, or one; who registered cannot go alone. */
function whoSlots(given: Given): Slot[] {
  const { members = [] } = (given.event ?? {}) as Partial<Chosen>;
  if (members.length < 2) return [];
  const guests = members.slice(1);
  return [
    {
      name: 'who',
      label: t('bot-dinner:unregister.label'),
      prompt: t('bot-dinner:unregister.who'),
      assumed: 0,
      items: [
        { label: t('bot-dinner:unregister.all', { count: members.length }), send: 'all' },
        ...guests.map((name, n) => ({
          label: t('bot-dinner:unregister.one', { name }),
          send: `guest ${n + 1}`,
        })),
      ],
      read: (text) => {
        if (/^all( of us)?$/i.test(text)) return { value: 0 };
        const n = Number(/^guest (\d{1,2})$/i.exec(text)?.[1] ?? 0);
        return n >= 1 && n <= guests.length ? { value: n } : { error: t('bot-dinner:unregister.wrong') };
      },
      shown: (value) => members[Number(value)] ?? '',
    },
  ];
}

async function removeOne(
  ctx: Doing['ctx'],
  own: { id: number; slug: string; name: string; member: string },
  n: number,
): Promise<Outcome> {
  const before = (await membersOf(ctx.db, [own.id])).get(own.id) ?? [];
  const members = before.filter((_, at) => at !== n);
  const result = await resizeParty(ctx, { event: own.slug }, members);
  const said = { event: own.name, name: own.member };
  const text = result.ok ? t('bot-dinner:unregister.done_one', said) : refusalText(t, result.refusal);
  return { kind: 'done', said: { text }, wrote: result.ok };
}

type Chosen = {
  id: number;
  slug: string;
  name: string;
  when: string;
  state: string;
  /** The names of a party that is more than one person. */
  members: string[];
};

async function chosen(ctx: Doing['ctx'], { id, event, state, name, size }: Mine): Promise<Outcome> {
  const rows = size > 1 ? ((await membersOf(ctx.db, [id])).get(id) ?? []) : [];
  const members = rows.map((one) => one.name ?? t('party:guest_of', { name }));
  const kept: Chosen = { id, slug: event.slug, name: event.name, when: whenOf(event), state, members };
  return { kind: 'given', given: { event: kept } };
}

async function which({ ctx, me, typed, rest, after }: Checking): Promise<Outcome> {
  const rows = await upcomingOf(ctx.db, me.personId!, ctx.now());
  const found = named(rows, typed, rest);
  const before =
    typed !== '' && found.rows.length === 0 && (await cancelledBefore(ctx, me.personId!, [typed, ...rest]));
  if (before) return { kind: 'done', said: before };
  if (rows.length === 0) return { kind: 'done', said: { text: t('bot:my.none') } };
  if (typed === '')
    return rows.length === 1
      ? chosen(ctx, rows[0]!)
      : list(rows, t('bot:unregister.which'), Number(after ?? 0));
  const numbered = /^\d{1,2}$/.test(typed) ? rows[Number(typed) - 1] : undefined;
  if (numbered) return chosen(ctx, numbered);
  if (found.rows.length === 1) return { ...(await chosen(ctx, found.rows[0]!)), used: found.used } as Outcome;
  if (found.rows.length > 1) return list(found.rows, t('bot:event_several', { typed: shortened(typed, 40) }));
  return list(rows, t('bot:unregister.not_that', { typed: shortened(typed, 40) }));
}

/** The rows that the longest beginning of the line's words names; else those that it nearly does. */
function named(rows: Mine[], typed: string, rest: string[]): { rows: Mine[]; used: number } {
  for (let used = Math.min(rest.length + 1, 5); used > 0; used--) {
    const text = [typed, ...rest].slice(0, used).join(' ').toLowerCase();
    const exact = rows.filter(({ event }) => isCalled(event, text));
    const holding = rows.filter(
      ({ event }) => event.slug.includes(text) || event.name.toLowerCase().includes(text),
    );
    if (holding.length > 0) return { rows: exact.length === 1 ? exact : holding, used };
  }
  return { rows: rows.filter(({ event }) => nearest(typed, [event.slug, event.name]).length > 0), used: 1 };
}

function list(rows: Mine[], text: string, from = 0): Outcome {
  const items = rows.slice(from, from + pageSize).map((row) => item(row, row.event.slug));
  const more = rows.length > from + pageSize ? from + pageSize : undefined;
  return { kind: 'choose', slot: 'event', text, items, more, after: more ? t('bot:more_hint') : undefined };
}

/** With how many they are and where they sit, and until when an offer stands. */
const item = ({ event, state, rank, size, offerExpiresAt }: Mine, send: string, tables: string[] = []) => ({
  label: [
    t('bot:my.item', { event: event.name, when: whenOf(event), state: t(`bot:my.${state}`, { rank }) }),
    state === 'offered' && offerExpiresAt
      ? t('bot-dinner:my.until', { until: moment(offerExpiresAt, event.zone) })
      : '',
    size > 1 ? t('bot-dinner:my.size', { count: size }) : '',
    tables.length > 0 ? t('bot-dinner:my.table', { table: tables.join(', ') }) : '',
  ].join(''),
  button: event.name,
  send,
});
