import { checkIn as mark, undoCheckIn } from '../../src/services/arrivals/commands.ts';
import { arrivedAt, type DoorParty, doorList } from '../../src/services/arrivals/queries.ts';
import { eventById, organisedEvents } from '../../src/services/events/queries.ts';
import { maySee, reach } from '../../src/services/organising/rules.ts';
import { clock } from '../../src/shared/time.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Doing, Item, Outcome } from '../dialogue.ts';
import { shortened } from './fields.ts';
import { findEvent } from './lookup.ts';
import { checkOrganised, keepOrganised, type Organised, organisedSlot, said } from './organised.ts';

/** Somebody of a party, or all of it; `undo` takes it back. */
type Who = { registration: number; position: number | 'all'; undo: boolean };

/** `check in EVENT CODE-or-name`: marks at the door who has come. Which event is clear while one alone is on. */
export const checkIn: Dialogue = {
  name: 'checkin',
  also: ['check in', 'check-in', 'door'],
  needsPerson: true,
  slots: () => [
    organisedSlot(),
    {
      name: 'who',
      label: t('door:bot.who_label'),
      prompt: t('door:bot.who'),
      takes: (text) => /^undo /i.test(text) || /\s/.test(text),
    },
  ],
  checks: { event: whichDoor, who },
  act,
};

/** So long before it begins there is somebody at the door. Milliseconds. */
const early = 3 * 3600_000;

/** The event that is named; else the one that is on or about to begin, and the word is of somebody's name. */
async function whichDoor(checking: Checking): Promise<Outcome> {
  const { ctx, typed, rest } = checking;
  const named = typed === '' ? undefined : await findEvent(ctx, typed, rest);
  const isNamed = named && 'event' in named && maySee(ctx.actor, named.event.id);
  if (!isNamed) {
    const all = await organisedEvents(ctx.db, reach(ctx.actor), ctx.now(), 30);
    const now = ctx.now().getTime();
    const open = all.filter(
      (one) =>
        one.state === 'published' && one.endsAt.getTime() > now && one.startsAt.getTime() - early < now,
    );
    if (open.length === 1) return { kind: 'given', given: { event: keepOrganised(open[0]!) }, used: 0 };
  }
  return checkOrganised('see')(checking);
}

async function who({ ctx, typed, rest, given }: Checking): Promise<Outcome> {
  const words = [typed, ...rest].join(' ').trim();
  const undo = /^undo\s/i.test(words);
  const text = words
    .replace(/^undo\s+/i, '')
    .replace(/\syes$/i, '')
    .trim();
  const used = rest.length + 1;
  const exact = /^(\d{1,9})\/(\d{1,3}|all)$/.exec(text);
  if (exact) {
    const position = exact[2] === 'all' ? 'all' : Number(exact[2]);
    return { kind: 'given', given: { who: { registration: Number(exact[1]), position, undo } }, used };
  }
  const event = (await eventById(ctx.db, (given.event as Organised).id))!;
  const list = await doorList(ctx, event, text);
  if (!list.ok) return said(refusalText(t, list.refusal));
  const people = list.value.parties.flatMap((party) => peopleOf(party, text));
  const [only, ...others] = people;
  if (!text || !only) {
    const problem = list.value.badCode
      ? t('door:bot.bad_code')
      : t('door:bot.nobody', { typed: shortened(text, 60) });
    return { kind: 'again', slot: 'who', text: problem };
  }
  if (others.length === 0) {
    const [registration, position] = only.send.split('/');
    const found = {
      registration: Number(registration),
      position: position === 'all' ? 'all' : Number(position),
      undo,
    };
    return { kind: 'given', given: { who: found }, used };
  }
  const items = people.slice(0, shown);
  const more = people.length > shown ? t('door:bot.more', { count: people.length - shown }) : undefined;
  return { kind: 'choose', slot: 'who', text: t('door:bot.which'), items, after: more, rest: [] };
}

const shown = 6;

/** Those of a party whose names fit, and all of it where there is more than one; of a ticket's code all of it. */
function peopleOf({ id, name, state, people }: DoorParty, text: string): Item[] {
  const note = state === 'confirmed' ? '' : t(`door:bot.${state}`);
  const whole = {
    label: t('door:bot.all', { name, count: people.length, note }),
    button: name,
    send: `${id}/all`,
  };
  const fits = people.filter((one) => one.name?.toLowerCase().includes(text.toLowerCase()));
  if (fits.length === 0) return [whole];
  // A guest who is called just so is meant alone; whoever registered may be asked for with all of theirs.
  const alone = fits.length === 1 && fits[0]!.position > 0 && fits[0]!.name!.length === text.length;
  const items = fits.map((one) => ({
    label: t('door:bot.one', {
      name: one.name,
      of: one.name === name ? '' : t('door:bot.of', { name }),
      note,
    }),
    button: one.name!,
    send: `${id}/${one.position}`,
  }));
  return people.length > 1 && !alone ? [whole, ...items] : items;
}

async function act({ ctx, given }: Doing): Promise<Outcome> {
  const { slug, id } = given.event as Organised;
  const { registration, position, undo } = given.who as Who;
  const result = await (undo ? undoCheckIn : mark)(ctx, slug, { registration, position });
  if (!result.ok) return said(refusalText(t, result.refusal));
  const [event, here] = await Promise.all([eventById(ctx.db, id), arrivedAt(ctx.db, id)]);
  const { name, fresh, since } = result.value;
  const { taken, zone } = event!;
  const numbers = {
    ...{ name, here, of: taken, at: clock(ctx.now(), zone) },
    since: since ? clock(since, zone) : '',
  };
  // Nobody comes twice: the first time stands.
  const key = undo ? 'undone' : fresh === 0 ? 'already' : 'done';
  const line = `check in ${slug}${undo ? '' : ' undo'} ${registration}/${position}`;
  const items = [{ label: t(undo ? 'door:bot.redo' : 'door:bot.undo'), send: line }];
  return {
    kind: 'done',
    said: { text: t(`door:bot.${key}`, numbers), items },
    wrote: true,
  };
}
