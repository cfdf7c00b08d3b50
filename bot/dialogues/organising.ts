import { eventById } from '../../src/services/events/queries.ts';
import { requestSignIn } from '../../src/services/people/commands.ts';
import { listAttendees } from '../../src/services/registrations/list.ts';
import { refusalText } from '../../src/words/sentences.ts';
import { t } from '../../src/words/words.ts';
import type { Dialogue } from '../dialogue.ts';
import { checkOrganised, type Organised, organisedSlot, said } from './organised.ts';

/** How many of those who registered last are named. */
const shown = 5;

/** `attendees EVENT`: the numbers, and who came last. */
export const attendees: Dialogue = {
  name: 'attendees',
  needsPerson: true,
  begin: () => ({}),
  slots: () => [organisedSlot()],
  checks: { event: checkOrganised('see') },
  async act({ ctx, given }) {
    const { id } = given.event as Organised;
    const event = (await eventById(ctx.db, id))!;
    const query = { filter: { search: '', answers: {} }, sort: 'registered', descending: true } as const;
    const list = await listAttendees(ctx, event, query, shown);
    if (!list.ok) return said(refusalText(t, list.refusal));
    const names = list.value.rows.map((row) => row.name).join(', ');
    const { taken, held, waiting, capacity } = event;
    const numbers = t('announce:bot.numbers', {
      ...{ event: event.name, when: (given.event as Organised).when, taken, waiting },
      held: held > 0 ? t('announce:bot.held', { count: held }) : '',
      of: capacity === null ? '' : t('announce:bot.of', { count: capacity }),
    });
    return said([numbers, names && t('announce:bot.last', { names })].filter(Boolean).join('\n'));
  },
};

/** `export EVENT`: the list as a file, by a mailed link that works once; no list of names is said in a chat. */
export const exportList: Dialogue = {
  name: 'export',
  needsPerson: true,
  begin: () => ({}),
  slots: () => [organisedSlot()],
  checks: { event: checkOrganised('manage') },
  async act({ ctx, me, given }) {
    const { slug, name } = given.event as Organised;
    const next = `/organise/events/${slug}/attendees.csv`;
    const result = await requestSignIn(ctx, { email: me.email!, next });
    if (!result.ok) return said(refusalText(t, result.refusal));
    return { ...said(t('announce:bot.export', { event: name, email: me.email })), wrote: true };
  },
};
