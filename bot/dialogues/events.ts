import type { Ctx } from '../../src/context.ts';
import { upcomingEvents } from '../../src/services/events/lists.ts';
import { type EventWithSeries, publicEvent } from '../../src/services/events/queries.ts';
import { phase, placeState } from '../../src/services/events/rules.ts';
import { livingOf } from '../../src/services/registrations/queries.ts';
import { hasSessions } from '../../src/services/sessions/rules.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Item, Me, Outcome, Said } from '../dialogue.ts';
import { gridOfEvent } from './camp-schedule.ts';
import { shortened } from './fields.ts';
import { eventItem, pageOf, pageSize, placesText, readCursor, whenOf } from './lines.ts';
import { findEvent } from './lookup.ts';
import { menuItems } from './menu.ts';

/** `events`: what is on, page by page. */
export const events: Dialogue = {
  name: 'events',
  also: ['list', 'upcoming', 'termine'],
  async act({ ctx, given }) {
    const { items, more } = await coming(ctx, given.after, (slug) => `event ${slug}`);
    if (items.length === 0) return { kind: 'done', said: { text: t('bot:events.none') } };
    const text = t(given.after ? 'bot:events.further' : 'bot:events.text');
    const after = t(more ? 'bot:events.after_more' : 'bot:events.after');
    return { kind: 'done', said: { text, items, after, more: more && { after: more } } };
  },
};

/** `event NAME`: everything about one. */
export const event: Dialogue = {
  name: 'event',
  also: ['about', 'show'],
  slots: () => [{ name: 'event', label: t('bot:event.label'), prompt: t('bot:event.which'), listed: true }],
  checks: { event: which },
  async act({ ctx, given, me }) {
    const found = await publicEvent(ctx.db, String(given.event));
    return {
      kind: 'done',
      said: found ? await details(ctx, found, me) : { text: t('refusals:event_unknown') },
    };
  },
};

async function which({ ctx, typed, rest, after }: Checking): Promise<Outcome> {
  if (typed === '') return chooseComing(ctx, t('bot:event.which'), after);
  const found = (await byNumber(ctx, typed)) ?? (await findEvent(ctx, typed, rest));
  if ('event' in found) return { kind: 'given', given: { event: found.event.slug }, used: found.used };
  if (found.several.length === 0)
    return chooseComing(ctx, t('bot:no_event', { typed: shortened(typed, 40) }));
  return chooseOf(
    ctx,
    found.several,
    t(found.near ? 'bot:event_near' : 'bot:event_several', { typed: shortened(typed, 40) }),
  );
}

/** `event 2` in one line: the second of the list that would be shown. */
async function byNumber(ctx: Ctx, typed: string) {
  if (!/^\d{1,2}$/.test(typed)) return undefined;
  const found = (await upcomingEvents(ctx.db, ctx.now()))[Number(typed) - 1];
  return found && { event: found, used: 1 };
}

async function chooseComing(ctx: Ctx, text: string, after?: unknown): Promise<Outcome> {
  const { items, more } = await coming(ctx, after, (slug) => slug);
  if (items.length === 0) return { kind: 'done', said: { text: t('bot:events.none') } };
  return { kind: 'choose', slot: 'event', text, items, more, after: more && t('bot:more_hint') };
}

/** These events, to choose one of them for the slot `event`. */
export const chooseOf = (ctx: Ctx, found: EventWithSeries[], text: string): Outcome => ({
  kind: 'choose',
  slot: 'event',
  text,
  items: found.map((one) => eventItem(one, ctx.now(), one.slug)),
});

async function coming(ctx: Ctx, after: unknown, send: (slug: string) => string) {
  const rows = await upcomingEvents(ctx.db, ctx.now(), pageSize + 1, readCursor(after));
  const page = pageOf(rows);
  return { items: page.rows.map((one) => eventItem(one, ctx.now(), send(one.slug))), more: page.more };
}

/** When, where, what is left, the link; and what can be done about it. */
export async function details(ctx: Ctx, found: EventWithSeries, me: Me): Promise<Said> {
  const mine = me.personId ? await livingOf(ctx.db, me.personId, found.id) : undefined;
  const place = [found.venueName, found.venueAddress].filter(Boolean).join(', ');
  const lines = [
    t('bot:event.head', { event: found.name, kind: t(`site:kinds.${found.kind}`) }),
    [whenOf(found), shortened(place, 100)].filter(Boolean).join(' · '),
    mine ? t(`site:event.registered_${mine.state}`, { rank: mine.rank }) : placesText(found, ctx.now()),
    shortened(found.state === 'cancelled' ? found.cancelMessage : found.summary, 200),
    shortened(
      [found.cost, found.deposit && t('site:event.deposit', { deposit: found.deposit })]
        .filter(Boolean)
        .join('. '),
      200,
    ),
    found.proveHours !== null && !mine && t('proof:event', { count: found.proveHours }),
    `${ctx.baseUrl}/events/${found.slug}`,
  ];
  const items = [...actions(found, ctx.now(), Boolean(mine)), ...(await ofCamp(ctx, found))];
  return { text: lines.filter(Boolean).join('\n'), items };
}

function actions(found: EventWithSeries, now: Date, mine: boolean): Item[] {
  const items: Item[] = [];
  const open = phase(found, now) === 'open' && placeState(found).kind !== 'full';
  if (mine) items.push({ label: t('bot:items.unregister'), send: `unregister ${found.slug}` });
  else if (open) items.push({ label: t('bot:items.register'), send: `register ${found.slug}` });
  if (found.series)
    items.push({
      label: t('bot:items.schedule', { series: found.series.name }),
      send: `schedule ${found.series.slug}`,
    });
  return items;
}

/** A BarCamp's sessions, and its grid once there is one. */
async function ofCamp(ctx: Ctx, found: EventWithSeries): Promise<Item[]> {
  if (!hasSessions(found) || found.state !== 'published') return [];
  const sessions = { label: t('bot-looking:items.sessions'), send: `sessions ${found.slug}` };
  const grid = { label: t('bot-looking:items.grid'), send: `schedule ${found.slug}` };
  return (await gridOfEvent({ ctx }, found)) ? [sessions, grid] : [sessions];
}

/** What is no command: perhaps the name of an event, else the menu. */
export const other: Dialogue = {
  name: 'other',
  async act({ ctx, me, given }) {
    const typed = String(given.text ?? '');
    if (/^(thanks|thank you|thx|cheers|danke|merci)\b/i.test(typed))
      return { kind: 'done', said: { text: t('bot:welcome') } };
    const found = await findEvent(ctx, typed);
    if ('event' in found) return { kind: 'done', said: await details(ctx, found.event, me) };
    const said = { typed: shortened(typed, 40) };
    if (found.several.length === 0)
      return { kind: 'done', said: { text: t('bot:not_understood', said), items: menuItems() } };
    const text = t(found.near ? 'bot:event_near' : 'bot:event_several', said);
    const items = found.several.map((one) => eventItem(one, ctx.now(), `event ${one.slug}`));
    return { kind: 'done', said: { text, items } };
  },
};
