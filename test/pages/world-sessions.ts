import type { Base } from '../../src/context.ts';
import { gridOf } from '../../src/services/grid/queries.ts';
import { keyOf } from '../../src/services/grid/rules.ts';
import { addHost, editSession, setStar, withdrawSession } from '../../src/services/sessions/commands.ts';
import { asSystem, must } from '../support/factories.ts';
import { attend, makeCamp, placed, proposed } from '../support/sessions.ts';

/** A BarCamp to come, `wall`, and one that was, `old-wall`: Ann holds sessions of both, full of what nobody should type. */
export async function makeSessions(base: Base, naughty: string[]) {
  const camp = await makeCamp(base, { slug: 'wall', name: `Wall ${naughty[1]}` });
  const [ann, bob] = [await attend(base, camp.event, 'Ann'), await attend(base, camp.event, 'Bob')];
  const texts = {
    abstract: naughty.join('\n\n'),
    tags: naughty.join(',').slice(0, 200),
    features: naughty.slice(4).join(','),
  };
  const kinds = ['talk', 'discussion', 'workshop', 'demo'];
  for (const [n, title] of naughty.entries())
    await proposed(n % 2 === 0 ? ann : bob, camp.event, title, {
      ...texts,
      kind: kinds[n % kinds.length],
      minutes: '90',
      level: 'advanced',
      language: naughty[n],
    });
  must(await addHost(asSystem(base), camp.event.slug, 1, 'bob@example.org'));
  must(await editSession(ann, camp.event.slug, 1, { title: naughty[0], ...texts, links: links(naughty) }));
  await placed(camp, 1);
  await placed(camp, 2, 1, 0);
  for (const one of [ann, bob]) for (const n of [1, 2]) must(await setStar(one, camp.event.slug, n, true));
  must(await withdrawSession(ann, camp.event.slug, 3));
  await makeCamp(base, { slug: 'bare-wall' });
  await oldWall({ ...base, now: () => new Date('2026-04-01T12:00:00Z') }, naughty);
  const { rooms, slots, sessions } = await gridOf(base.db, camp.event.id);
  const taken = sessions.find((one) => one.place)!.place!;
  return { taken: keyOf(taken), free: keyOf({ roomId: rooms.at(-1)!.id, slotId: slots.at(-1)!.id }) };
}

async function oldWall(early: Base, naughty: string[]) {
  const times = { startsAt: '2026-04-11T09:00', endsAt: '2026-04-11T17:00' };
  const { event } = await makeCamp(early, { slug: 'old-wall', name: `Old wall ${naughty[6]}`, ...times });
  const ann = await attend(early, event, 'Ann');
  const number = await proposed(ann, event, `Search me ${naughty[6]}`, { abstract: naughty.join(' ') });
  const title = `Search me ${naughty[6]}`;
  must(
    await editSession(ann, event.slug, number, { title, abstract: naughty.join(' '), links: links(naughty) }),
  );
}

const links = (naughty: string[]) =>
  naughty.map((title, n) => ({
    kind: ['slides', 'notes', 'recording', 'link'][n % 4],
    url: `https://example.org/${'x'.repeat(n * 20)}?"><script>`,
    title,
  }));
