import { restoreSession, withdrawSession } from '../../src/services/sessions/commands.ts';
import { t } from '../../src/words/words.ts';
import type { Checking, Dialogue, Outcome, Slot } from '../dialogue.ts';
import { beginLine, campOf, campSlot, checkCamp, type KeptCamp, lineFor } from './camp-slot.ts';
import { checkSession, type KeptSession, type Kind, refused, sessionSlot } from './mine.ts';

const withdrawing: Kind = { word: 'withdraw', lists: () => true, places: false };
const restoring: Kind = { word: 'restore', lists: () => false, places: false };

/** `withdraw 12 yes`: takes a session back, and its cell is free again. */
export const withdraw: Dialogue = {
  name: 'withdraw',
  needsPerson: true,
  needsProof: true,
  begin: beginLine,
  slots: () => [campSlot(), sessionSlot(withdrawing)],
  checks: { camp: checkCamp, session: living },
  confirm(given) {
    const { title, place } = given.session as KeptSession;
    return {
      question: t(place ? 'bot-sessions:withdraw.sure_placed' : 'bot-sessions:withdraw.sure', { title }),
      what: t('bot-sessions:withdraw.what', { title }),
    };
  },
  async act({ ctx, given }) {
    const camp = campOf(given);
    const { number, title } = given.session as KeptSession;
    const result = await withdrawSession(ctx, camp.slug, number);
    return result.ok ? withdrawn(camp, number, title) : refused(result.refusal);
  },
};

/** What is withdrawn already, by this very message perhaps, is not asked about. */
async function living(checking: Checking): Promise<Outcome> {
  const outcome = await checkSession(withdrawing)(checking);
  const session = outcome.kind === 'given' ? (outcome.given.session as KeptSession) : undefined;
  return session?.withdrawn ? withdrawn(campOf(checking.given), session.number, session.title) : outcome;
}

const withdrawn = (camp: KeptCamp, number: number, title: string): Outcome => {
  const line = lineFor('restore', camp, number);
  const text = t('bot-sessions:withdraw.done', { title, line });
  return {
    kind: 'done',
    said: { text, items: [{ label: t('bot-sessions:items.restore'), send: line }] },
    wrote: true,
  };
};

/** `restore 12`: proposes a withdrawn session anew. */
export const restore: Dialogue = {
  name: 'restore',
  needsPerson: true,
  needsProof: true,
  begin: beginLine,
  slots: () => [campSlot(), numberSlot()],
  checks: { camp: checkCamp, session: checkSession(restoring) },
  async act({ ctx, given }) {
    const camp = campOf(given);
    const { number, title } = given.session as KeptSession;
    const result = await restoreSession(ctx, camp.slug, number);
    if (!result.ok) return refused(result.refusal);
    const items = [{ label: t('bot-sessions:items.claim'), send: lineFor('claim', camp, number) }];
    return { kind: 'done', said: { text: t('bot-sessions:restored', { title }), items }, wrote: true };
  },
};

/** What is withdrawn is on no list: its number is asked for. */
const numberSlot = (): Slot => ({ ...sessionSlot(restoring), listed: false });
