import type { Ctx } from '../../src/context.ts';
import { publicEvent } from '../../src/services/events/queries.ts';
import { comingFirst, forMe } from '../../src/services/grid/looking.ts';
import { type Session, sessionsFor, sessionsOf } from '../../src/services/sessions/queries.ts';
import { holds, noProposals, pick } from '../../src/services/sessions/rules.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Item, Outcome, Said, Slot } from '../dialogue.ts';
import { beginLine, campOf, campSlot, checkNamedCamp, lineFor } from './camp-slot.ts';
import { shortened } from './fields.ts';
import { paged, placeText, sessionItem, sessionText } from './session-lines.ts';

/** `sessions`: what is proposed, what one starred first; `sessions newest`, and `sessions bread` for those with the word. */
export const sessions: Dialogue = {
  name: 'sessions',
  also: ['proposals'],
  begin: beginLine,
  slots: (given) => (given.line ? [campSlot(), aboutSlot()] : [campSlot()]),
  checks: { camp: checkNamedCamp, about: readAbout },
  async act({ ctx, given }) {
    const camp = campOf(given);
    const all = await sessionsOf(ctx.db, camp.id, ctx.actor.personId);
    const words = String(given.about ?? '');
    const rows = chosen(all, words, Boolean(given.newest));
    if (rows.length === 0) return done(all.length === 0 ? await nothing(ctx, camp) : notFound(camp, words));
    const starred = rows[0]!.starred && !rows.at(-1)!.starred && !given.newest;
    const key = words ? 'with' : given.newest ? 'newest' : starred ? 'starred' : 'text';
    const text = t(`bot-looking:sessions.${key}`, {
      event: camp.name,
      count: rows.length,
      words: shortened(words, 40),
    });
    return done(paged(given, rows, text, (one) => sessionItem(camp, one)));
  },
};

const chosen = (all: Session[], words: string, newest: boolean): Session[] => {
  const rows = pick(all, { tag: '', words, mine: false, order: 'newest' });
  return newest ? rows : forMe(rows);
};

type Camp = ReturnType<typeof campOf>;

/** Where nobody can propose anything any longer, the reason is told instead of how to. */
async function nothing(ctx: Ctx, camp: Camp): Promise<Said> {
  const text = t('bot-looking:sessions.none', { event: camp.name });
  const event = await publicEvent(ctx.db, camp.slug);
  const refusal = event && noProposals(event, ctx.now());
  if (refusal) return { text: [text, refusalText(t, refusal)].join('\n') };
  return { text, items: [{ label: t('bot-looking:items.propose'), send: lineFor('propose', camp) }] };
}

const notFound = (camp: Camp, words: string) => ({
  text: t('bot-looking:sessions.not_found', { words: shortened(words, 40), event: camp.name }),
  items: [{ label: t('bot-looking:items.all'), send: lineFor('sessions', camp) }],
});

const aboutSlot = (): Slot => ({ name: 'about', label: t('bot-looking:find.label'), prompt: '', free: true });

async function readAbout({ typed, rest }: Checking): Promise<Outcome> {
  const words = [typed, ...rest];
  const newest = /^(newest|new|latest)$/i.test(typed);
  const given = { newest, about: (newest ? rest : words).join(' ') };
  return { kind: 'given', given, used: words.length };
}

/** `mine`: what one holds and starred, in the order of time; what is over comes last. */
export const mine: Dialogue = {
  name: 'mine',
  also: ['starred'],
  needsPerson: true,
  begin: beginLine,
  slots: () => [campSlot()],
  checks: { camp: checkNamedCamp },
  async act({ ctx, given }) {
    const camp = campOf(given);
    const rows = comingFirst(await sessionsFor(ctx.db, camp.id, ctx.actor.personId!), ctx.now());
    if (rows.length === 0) {
      const items = [
        { label: t('bot-looking:items.all'), send: lineFor('sessions', camp) },
        { label: t('bot:items.my'), send: 'my' },
      ];
      return done({ text: t('bot-looking:mine.none', { event: camp.name }), items });
    }
    const over = rows.find(({ place }) => place && place.endsAt <= ctx.now());
    const heading = t('bot-looking:mine.over');
    const item = (one: Session): Item => {
      const own = holds(ctx.actor, one) ? t('bot-looking:mine.own') : '';
      const label = [sessionText(one), placeText(one, camp.zone), own].filter(Boolean).join(', ');
      return { ...sessionItem(camp, one), label, ...(one === over && over !== rows[0] ? { heading } : {}) };
    };
    return done(paged(given, rows, t('bot-looking:mine.text', { event: camp.name }), item));
  },
};

const done = (said: Extract<Outcome, { kind: 'done' }>['said']): Outcome => ({ kind: 'done', said });
