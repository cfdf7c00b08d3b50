import { forMe } from '../../src/services/grid/looking.ts';
import {
  type Session,
  sessionByNumber,
  sessionsFor,
  sessionsOf,
} from '../../src/services/sessions/queries.ts';
import { holds, mayHold } from '../../src/services/sessions/rules.ts';
import { refuse } from '../../src/shared/result.ts';
import { when } from '../../src/shared/time.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Doing, Item, Outcome } from '../dialogue.ts';
import { beginLine, campOf, campSlot, checkCamp, lineFor } from './camp-slot.ts';
import { cut } from './fields.ts';
import { pageSize } from './lines.ts';
import { sessionItem, sessionText } from './session-lines.ts';

/** `sessions`: what is proposed, what one starred first. */
export const sessions: Dialogue = {
  name: 'sessions',
  also: ['proposals'],
  begin: beginLine,
  slots: () => [campSlot()],
  checks: { camp: checkCamp },
  async act({ ctx, given }) {
    const camp = campOf(given);
    const rows = forMe(await sessionsOf(ctx.db, camp.id, ctx.actor.personId));
    if (rows.length === 0) {
      const items = [{ label: t('bot-looking:items.propose'), send: lineFor('propose', camp) }];
      return { kind: 'done', said: { text: t('bot-looking:sessions.none', { event: camp.name }), items } };
    }
    const text = t('bot-looking:sessions.text', { event: camp.name, count: rows.length });
    return { kind: 'done', said: paged({ given } as Doing, rows, text, (one) => sessionItem(camp, one)) };
  },
};

/** `mine`: what one holds and starred, in the order of time. */
export const mine: Dialogue = {
  name: 'mine',
  also: ['starred'],
  needsPerson: true,
  begin: beginLine,
  slots: () => [campSlot()],
  checks: { camp: checkCamp },
  async act(doing) {
    const { ctx, given } = doing;
    const camp = campOf(given);
    const rows = await sessionsFor(ctx.db, camp.id, ctx.actor.personId!);
    if (rows.length === 0)
      return { kind: 'done', said: { text: t('bot-looking:mine.none', { event: camp.name }) } };
    const text = t('bot-looking:mine.text', { event: camp.name });
    const item = (one: Session): Item => {
      const place = placeText(one, camp.zone);
      const own = holds(ctx.actor, one) ? t('bot-looking:mine.own') : '';
      return { ...sessionItem(camp, one), label: [sessionText(one), place, own].filter(Boolean).join(', ') };
    };
    return { kind: 'done', said: paged(doing, rows, text, item) };
  },
};

function paged<R>({ given }: Pick<Doing, 'given'>, rows: R[], text: string, item: (row: R) => Item) {
  const from = Number(given.from ?? 0);
  const more = rows.length > from + pageSize;
  return {
    text: from > 0 ? t('bot-looking:further') : text,
    items: rows.slice(from, from + pageSize).map(item),
    after: t(more ? 'bot:events.after_more' : 'bot:events.after'),
    more: more ? { ...given, from: from + pageSize } : undefined,
  };
}

/** `session 12`: all about one, and what can be done with it. */
export const session: Dialogue = {
  name: 'session',
  begin: beginLine,
  slots: () => [
    campSlot(),
    { name: 'number', label: t('bot-sessions:session'), prompt: t('bot-looking:session_which') },
  ],
  checks: { camp: checkCamp, number: readNumber },
  async act({ ctx, given }) {
    const camp = campOf(given);
    const number = given.number as number;
    const found = await sessionByNumber(ctx.db, camp.id, number, ctx.actor.personId);
    if (!found)
      return {
        kind: 'done',
        said: { text: refusalText(t, refuse('not_found', 'session_unknown', { number }).refusal) },
      };
    const { abstract, kind, minutes, withdrawnAt } = found;
    const facts = [
      t(`sessions:kinds.${kind}`),
      minutes === null ? '' : t('sessions:minutes', { count: minutes }),
      withdrawnAt ? t('bot-looking:withdrawn') : placeText(found, camp.zone),
    ];
    const lines = [
      sessionText(found),
      facts.filter(Boolean).join(', '),
      cut(abstract, 200),
      `${ctx.baseUrl}/events/${camp.slug}/sessions/${number}`,
    ];
    const items = withdrawnAt ? [] : actions(found, mayHold(ctx.actor, found));
    return {
      kind: 'done',
      said: {
        text: lines.filter(Boolean).join('\n'),
        items: items.map((word) => ({
          label: t(`bot-looking:items.${word}`),
          send: lineFor(word, camp, number),
        })),
      },
    };
  },
};

type Action = 'star' | 'unstar' | 'claim' | 'move' | 'withdraw';

const actions = ({ starred, place }: Session, holding: boolean): Action[] => [
  starred ? 'unstar' : 'star',
  ...(holding ? ([place ? 'move' : 'claim', 'withdraw'] as const) : []),
];

const placeText = ({ place }: Session, zone: string): string =>
  place ? `${place.room}, ${when(place.startsAt, place.endsAt, zone)}` : t('bot-looking:unplaced');

async function readNumber({ typed }: Checking): Promise<Outcome> {
  const number = /^#?(\d{1,6})$/.exec(typed)?.[1];
  return number
    ? { kind: 'given', given: { number: Number(number) } }
    : { kind: 'again', slot: 'number', text: t('bot-sessions:not_numbers', { typed: cut(typed, 40) }) };
}
