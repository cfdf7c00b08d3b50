import { eq } from 'drizzle-orm';
import type { Base } from '../../src/context.ts';
import { series } from '../../src/db/schema.ts';
import type { EventInput } from '../../src/services/events/input.ts';
import { cancelEvent } from '../../src/services/events/publishing.ts';
import { linkByCode, showLinkCode } from '../../src/services/people/commands.ts';
import { personByEmail } from '../../src/services/people/queries.ts';
import { actorOfAddress } from '../../src/services/people/speakers.ts';
import { cancelByToken } from '../../src/services/registrations/commands.ts';
import { manageToken, ticketToken } from '../../src/services/registrations/queries.ts';
import { as, asSystem, asVisitor, makeEvent, must, noon, secret, signUp } from '../support/factories.ts';
import { makeDinner } from './world-dinner.ts';
import { makeCrowd, makeOrganiser } from './world-organise.ts';
import { makeSessions } from './world-sessions.ts';

/** What somebody may type anywhere: markup, scripts, an attribute's end, right-to-left, emoji, no space for 100 letters. */
export const naughty = [
  '<script>window.owned = 1</script>',
  '"><img src=x onerror="window.owned = 1">',
  "'; drop table people; --",
  '{{constructor.constructor("window.owned = 1")()}} <%= 1 %>',
  'مرحبا \u202eجانب\u202c עברית',
  '👩‍👩‍👧‍👦🎉',
  'x'.repeat(100),
];
const markdown = `${naughty.join('\n\n')}\n\n[a link](javascript:alert(1)) <iframe src="https://evil.example"></iframe> ![seen](https://evil.example/x.png)\n\n${'y'.repeat(300)}\n\n| a | b |\n|---|---|\n| ${'z'.repeat(80)} | 2 |\n\n    ${'code '.repeat(60)}\n`;

const questions = [
  { label: naughty[1], kind: 'text', audience: 'public', help: naughty[0] },
  { label: 'Diet', kind: 'several', options: `Vegan\n${naughty[6]}\nNuts` },
  { label: 'T-shirt', kind: 'choice', options: 'S\nM\nL', required: 'yes' },
  { label: 'Which of many?', kind: 'choice', options: 'a1\nb2\nc3\nd4\ne5\nf6\ng7\nh8' },
  { label: 'First time?', kind: 'yesno' },
  { label: 'How many talks?', kind: 'number' },
  { label: 'Anything else?', kind: 'long' },
];

export type World = Awaited<ReturnType<typeof makeWorld>>;

/** A web week with an event in each of its states, full of what nobody should type; Ann is in all of it. */
export async function makeWorld(base: Base) {
  const web = { series: 'Web week', venueName: `Hall ${naughty[6]}`, venueAddress: naughty.join('\n') };
  const event = (slug: string, more: EventInput = {}) =>
    makeEvent(base, { slug, name: slug, ...web, ...more });
  await event('conf', {
    name: `Conference ${naughty[1]}`,
    kind: 'conference',
    capacity: '40',
    summary: naughty.join(' ').slice(0, 300),
    description: markdown,
    venueUrl: 'https://example.org/map?a="><script>',
    questions,
  });
  await event('camp', { kind: 'barcamp', startsAt: '2026-05-30T10:00', endsAt: '2026-05-31T17:00' });
  await event('full', { kind: 'meetup', capacity: '1' });
  await event('no-list', { capacity: '1', waitingList: '' });
  await event('later', { series: '', opensAt: '2026-05-20T09:00', capacity: '10' });
  await event('dropped', { series: '' });
  const early = { ...base, now: () => new Date('2026-04-01T12:00:00Z') };
  await makeEvent(early, { slug: 'last-month', startsAt: '2026-04-10T19:00', endsAt: '2026-04-10T22:00' });
  await base.db
    .update(series)
    .set({ summary: naughty.join(' ') })
    .where(eq(series.slug, 'web-week'));
  for (const [n, name] of naughty.entries())
    must(
      await signUp(base, { slug: 'conf' }, name, {
        email: `n${n}@example.org`,
        listed: true,
        answers: answered(n),
      }),
    );
  must(await signUp(base, { slug: 'full' }, 'First'));
  must(await signUp(base, { slug: 'no-list' }, 'First'));
  must(await signUp({ ...early }, { slug: 'last-month' }, 'Ann'));
  const conf = must(await signUp(base, { slug: 'conf' }, 'Ann', { answers: answered(1), listed: true }));
  const waiting = must(await signUp(base, { slug: 'full' }, 'Ann'));
  const cancelled = must(await signUp(base, { slug: 'camp' }, 'Ann'));
  const dropped = must(await signUp(base, { slug: 'dropped' }, 'Ann'));
  must(await cancelByToken(asVisitor(base), manageToken(secret, cancelled)));
  must(await cancelEvent(asSystem(base), 'dropped', `${naughty.join('\n')}\nSorry.`));
  const cells = await makeSessions(base, naughty);
  const organised = await makeOrganiser(base, naughty);
  const cancellation = await makeCrowd(base, 'conf');
  const { party, offered } = await makeDinner(base, naughty);
  await linkChat(base, 'ann@example.org', `xmpp:ann@${'long'.repeat(15)}.example`);
  return {
    now: noon,
    manage: {
      ...{ conf: path(conf), waiting: path(waiting), cancelled: path(cancelled), dropped: path(dropped) },
      ...{ party: path(party), offered: path(offered) },
    },
    ticket: `/t/${ticketToken(secret, conf)}`,
    ...cells,
    ...organised,
    cancellation,
  };
}

const path = (row: { key: string; generation: number }) => `/r/${manageToken(secret, row)}`;

const answered = (n: number) => ({
  // The question's name is made from its label.
  img_src_x_onerror_window_owned_1: naughty[n],
  t_shirt: 'M',
  anything_else: naughty.join('\n'),
});

/** Links a chat address to the person of an e-mail. */
export async function linkChat(base: Base, email: string, uri: string): Promise<void> {
  const person = await personByEmail(base.db, email);
  const shown = must(await showLinkCode(as(base, { door: 'web', personId: person!.id, grants: [] })));
  const { actor } = await actorOfAddress(base.db, uri);
  must(await linkByCode(as(base, actor), shown.code));
}
