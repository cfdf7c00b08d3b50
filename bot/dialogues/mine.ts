import { publicEvent } from '../../src/services/events/queries.ts';
import { refusedPlacing } from '../../src/services/grid/rules.ts';
import { type Session, sessionByNumber, sessionsOf } from '../../src/services/sessions/queries.ts';
import { holds, refusedHolding } from '../../src/services/sessions/rules.ts';
import type { Refusal } from '../../src/shared/result.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Item, Outcome, Slot } from '../dialogue.ts';
import { campOf, lineFor } from './camp-slot.ts';
import { shortened } from './fields.ts';
import { pageSize } from './lines.ts';

/** What is kept of a session that a dialogue is about. */
export type KeptSession = {
  number: number;
  title: string;
  stars: number;
  place: { roomId: number; slotId: number } | null;
  withdrawn: boolean;
};

/** Which of one's own a dialogue is about, and whether it is about their places. */
export type Kind = {
  word: 'claim' | 'move' | 'off' | 'swap' | 'withdraw' | 'restore';
  lists: (session: Session) => boolean;
  places: boolean;
  /** Whether words that name no session may be of what comes after it. */
  after?: (checking: Checking, text: string) => Promise<boolean>;
};

export const sessionSlot = (kind: Kind, name = 'session'): Slot => ({
  name,
  label: t('bot-sessions:session'),
  prompt: t(`bot-sessions:which.${kind.word}`),
  listed: true,
});

/** Reads which session: its number, words of its title where it is one's own; one's only one is taken at once. */
export const checkSession =
  (kind: Kind, slot = 'session') =>
  async (checking: Checking): Promise<Outcome> => {
    const { typed } = checking;
    const number = /^#?(\d{1,6})$/.exec(typed)?.[1];
    return number ? byNumber(kind, slot, checking, Number(number)) : ofMine(kind, slot, checking);
  };

async function byNumber(
  kind: Kind,
  slot: string,
  { ctx, given }: Checking,
  number: number,
): Promise<Outcome> {
  const camp = campOf(given);
  const [event, session] = await Promise.all([
    publicEvent(ctx.db, camp.slug),
    sessionByNumber(ctx.db, camp.id, number, ctx.actor.personId),
  ]);
  const refusal = kind.places
    ? event && refusedPlacing(ctx.actor, event, session, number)
    : refusedHolding(ctx.actor, session, number);
  return refusal ? refused(refusal) : chosen(slot, session!);
}

export const refused = (refusal: Refusal, items?: Item[]): Outcome => ({
  kind: 'done',
  said: { text: refusalText(t, refusal), items },
});

const chosen = (slot: string, { number, title, stars, place, withdrawnAt }: Session, used = 1): Outcome => ({
  kind: 'given',
  given: {
    [slot]: {
      number,
      title,
      stars,
      place: place && { roomId: place.roomId, slotId: place.slotId },
      withdrawn: withdrawnAt !== null,
    } satisfies KeptSession,
  },
  used,
});

async function ofMine(kind: Kind, slot: string, checking: Checking): Promise<Outcome> {
  const { ctx, typed, rest, given, after } = checking;
  const all = await sessionsOf(ctx.db, campOf(given).id, ctx.actor.personId);
  const own = all.filter((one) => holds(ctx.actor, one));
  const rows = own.filter(kind.lists);
  if (typed === '') return pick(kind, slot, checking, rows, own.length);
  const named = own.filter((one) => one.title.toLowerCase().includes(typed.toLowerCase()));
  if (named.length === 1) return chosen(slot, named[0]!);
  if (named.length > 1)
    return list(slot, named, t('bot-sessions:session_several', { typed: shortened(typed, 40) }));
  if (await kind.after?.(checking, [typed, ...rest].join(' '))) {
    const outcome = pick(kind, slot, checking, rows, own.length);
    if (outcome.kind === 'given') return { ...outcome, used: 0 };
    return outcome.kind === 'choose' ? { ...outcome, rest: [typed, ...rest] } : outcome;
  }
  const text = t('bot-sessions:session_unknown', { typed: shortened(typed, 40) });
  return rows.length === 0 ? { kind: 'done', said: { text } } : list(slot, rows, text, Number(after ?? 0));
}

function pick(kind: Kind, slot: string, checking: Checking, rows: Session[], own: number): Outcome {
  if (rows.length === 1) return chosen(slot, rows[0]!);
  if (rows.length === 0) return none(kind, checking, own);
  return list(slot, rows, t(`bot-sessions:which.${kind.word}`), Number(checking.after ?? 0));
}

/** What can be done instead: propose, or for what is not on the grid yet claim a cell, or for what is there move it. */
function none(kind: Kind, { given }: Checking, own: number): Outcome {
  const [key, word] =
    own === 0
      ? ['none', 'propose']
      : kind.word === 'claim'
        ? ['all_placed', 'move']
        : ['none_placed', 'claim'];
  const items = [{ label: t(`bot-sessions:items.${word}`), send: lineFor(word!, campOf(given)) }];
  return { kind: 'done', said: { text: t(`bot-sessions:${key}`), items } };
}

function list(slot: string, rows: Session[], text: string, from = 0): Outcome {
  const items = rows
    .slice(from, from + pageSize)
    .map(
      ({ number, title }): Item => ({ label: sessionText(number, title), button: title, send: `#${number}` }),
    );
  const more = rows.length > from + pageSize ? from + pageSize : undefined;
  return { kind: 'choose', slot, text, items, more, after: more ? t('bot:more_hint') : undefined };
}

const sessionText = (number: number, title: string) => `#${number} ${title}`;
