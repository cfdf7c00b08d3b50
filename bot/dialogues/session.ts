import { plainText } from '../../src/feeds/plain-text.ts';
import { forMe } from '../../src/services/grid/looking.ts';
import { type Session, sessionByNumber, sessionsOf } from '../../src/services/sessions/queries.ts';
import { mayHold } from '../../src/services/sessions/rules.ts';
import { refuse } from '../../src/shared/result.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Doing, Item, Outcome, Said } from '../dialogue.ts';
import { beginLine, campOf, campSlot, checkAnyCamp, type KeptCamp, lineFor } from './camp-slot.ts';
import { shortened } from './fields.ts';
import { pageSize } from './lines.ts';
import { placeText, sessionText } from './session-lines.ts';

/** `session 12`, `session bread`: all about one, and what can be done with it. */
export const session: Dialogue = {
  name: 'session',
  begin: beginLine,
  slots: () => [
    campSlot(),
    {
      name: 'number',
      label: t('bot-sessions:session'),
      prompt: t('bot-looking:session_which'),
      listed: true,
    },
  ],
  checks: { camp: checkAnyCamp, number: readSession },
  async act(doing) {
    const { ctx, given } = doing;
    const number = given.number as number;
    const found = await sessionByNumber(ctx.db, campOf(given).id, number, ctx.actor.personId);
    return { kind: 'done', said: found ? sessionSaid(doing, found) : unknown(campOf(given), number) };
  },
};

function unknown(camp: KeptCamp, number: number): Said {
  const { refusal } = refuse('not_found', 'session_unknown', { number });
  const items = [{ label: t('bot-looking:items.all'), send: lineFor('sessions', camp) }];
  return { text: refusalText(t, refusal), items };
}

function sessionSaid({ ctx, given }: Doing, found: Session): Said {
  const camp = campOf(given);
  const { abstract, kind, minutes, level, tags, links, withdrawnAt, number } = found;
  const holding = mayHold(ctx.actor, found);
  const facts = [
    t(`sessions:kinds.${kind}`),
    minutes === null ? '' : t('sessions:minutes', { count: minutes }),
    level && t(`sessions:levels.${level}`),
    withdrawnAt ? t('bot-looking:withdrawn') : placeText(found, camp.zone),
  ];
  const lines = [
    sessionText(found),
    facts.filter(Boolean).join(', '),
    shortened(plainText(abstract), 200),
    tags.map((tag) => `#${tag}`).join(' '),
    ...links.map((one) => `${one.title || t(`sessions:links.${one.kind}`)}: ${one.url}`),
    holding ? t('sessions:stars', { count: found.stars }) : '',
    `${ctx.baseUrl}/events/${camp.slug}/sessions/${number}`,
  ];
  const items = (withdrawnAt ? [] : actions(found, holding)).map((word) => ({
    label: t(`bot-looking:items.${word}`),
    send: lineFor(word, camp, number),
  }));
  return { text: lines.filter(Boolean).join('\n'), items };
}

type Action = 'star' | 'unstar' | 'claim' | 'move' | 'withdraw';

const actions = ({ starred, place }: Session, holding: boolean): Action[] => [
  starred ? 'unstar' : 'star',
  ...(holding ? ([place ? 'move' : 'claim', 'withdraw'] as const) : []),
];

/** Its number, or words of its title; without either the list, what one starred first. */
async function readSession({ ctx, typed, rest, given, after }: Checking): Promise<Outcome> {
  const number = /^#?(\d{1,6})$/.exec(typed)?.[1];
  if (number) return { kind: 'given', given: { number: Number(number) } };
  const camp = campOf(given);
  const all = forMe(await sessionsOf(ctx.db, camp.id, ctx.actor.personId));
  const words = [typed, ...rest].join(' ').trim();
  if (words === '') return list(camp, all, t('bot-looking:session_which'), Number(after ?? 0));
  const named = all.filter((one) => one.title.toLowerCase().includes(words.toLowerCase()));
  const found = { number: named[0]?.number };
  if (named.length === 1) return { kind: 'given', given: found, used: rest.length + 1 };
  const key = named.length > 1 ? 'bot-sessions:session_several' : 'bot-looking:session_unknown';
  return list(camp, named.length > 0 ? named : all, t(key, { typed: shortened(words, 40) }));
}

function list(camp: KeptCamp, rows: Session[], text: string, from = 0): Outcome {
  if (rows.length === 0)
    return { kind: 'done', said: { text: t('bot-looking:sessions.none', { event: camp.name }) } };
  const items = rows
    .slice(from, from + pageSize)
    .map(
      (one): Item => ({ label: sessionText(one), button: shortened(one.title, 40), send: `#${one.number}` }),
    );
  const more = rows.length > from + pageSize ? from + pageSize : undefined;
  const hint = more ? t('bot:more_hint') : undefined;
  return { kind: 'choose', slot: 'number', text, items, more, after: hint, rest: [] };
}
