import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Base } from '../../../src/context.ts';
import {
  addHost,
  answerInvitation,
  propose,
  removeHost,
  restoreSession,
  withdrawSession,
} from '../../../src/services/sessions/commands.ts';
import { attendee, makeCamp } from '../../support/camp.ts';
import { freshDatabase } from '../../support/database.ts';
import { asSystem, code, makeBase, must } from '../../support/factories.ts';

let base: Base;
/** Another process: a pool of its own. */
let other: Base;
let database: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  database = await freshDatabase();
  base = makeBase(database.url);
  other = makeBase(database.url);
});
afterAll(async () => {
  await Promise.all([base, other].map((one) => one.db.$client.end()));
  await database.drop();
});

const titled = (event: string, title: string) => ({ event, answers: { title } });

describe('ten living sessions a person and event', () => {
  it('are all that a rush in two processes brings; what is withdrawn makes room, and cannot come back above it', async () => {
    const camp = await makeCamp(base);
    const ann = await attendee(base, camp);
    const made = await Promise.all(
      Array.from({ length: 24 }, (_, n) =>
        propose(n % 2 ? ann : { ...ann, db: other.db }, titled(camp.slug, `Session ${n}`)),
      ),
    );
    expect(made.filter((one) => one.ok).length).toBe(10);
    expect(new Set(made.map(code))).toEqual(new Set([undefined, 'too_many_sessions']));
    const first = must(made.find((one) => one.ok)!).number;
    must(await withdrawSession(ann, camp.slug, first));
    must(await propose(ann, titled(camp.slug, 'One more')));
    expect(code(await propose(ann, titled(camp.slug, 'And another')))).toBe('too_many_sessions');
    expect(code(await restoreSession(ann, camp.slug, first))).toBe('too_many_sessions');
    must(await restoreSession(asSystem(base), camp.slug, first));
  });

  it('are counted by event and by person; organisers bring as many as the pitch round has', async () => {
    const [camp, second] = [await makeCamp(base), await makeCamp(base)];
    const ann = await attendee(base, camp, 'Ada');
    const there = await attendee(base, second, 'Ada');
    for (let n = 0; n < 10; n++) must(await propose(ann, titled(camp.slug, `Session ${n}`)));
    must(await propose(there, titled(second.slug, 'Elsewhere')));
    must(await propose(await attendee(base, camp, 'Bob'), titled(camp.slug, 'Of another')));
    const organiser = {
      ...ann,
      actor: { ...ann.actor, grants: [{ role: 'organiser' as const, eventId: camp.event.id }] },
    };
    must(await propose(organiser, titled(camp.slug, 'Said at the pitch')));
  });

  it('are not passed by who lets others propose and takes over, at once or by what was withdrawn; organisers may add', async () => {
    const camp = await makeCamp(base);
    const [ann, bob] = [await attendee(base, camp, 'Ann'), await attendee(base, camp, 'Bob')];
    const me = bob.actor.personId!;
    const bring = async (who: typeof ann, title: string) =>
      must(await propose(who, titled(camp.slug, title))).number;
    for (let n = 0; n < 9; n++) await bring(bob, `Bob's ${n}`);
    const offered = [await bring(ann, 'One'), await bring(ann, 'Two'), await bring(ann, 'Three')];
    for (const number of offered) must(await addHost(ann, camp.slug, number, 'bob@example.org'));
    const answers = await Promise.all(
      offered.map((number, n) =>
        answerInvitation(n % 2 ? bob : { ...bob, db: other.db }, camp.slug, number, true),
      ),
    );
    expect(answers.map(code).sort()).toEqual(['too_many_sessions', 'too_many_sessions', undefined]);
    const joined = offered[answers.findIndex((one) => one.ok)]!;
    const refused = offered.filter((number) => number !== joined);
    // What was refused is not lost: it can be answered when there is room.
    must(await withdrawSession(ann, camp.slug, joined));
    must(await answerInvitation(bob, camp.slug, refused[0]!, true));
    must(await removeHost(ann, camp.slug, refused[0]!, ann.actor.personId!));
    expect(code(await answerInvitation(bob, camp.slug, refused[1]!, true))).toBe('too_many_sessions');
    expect(code(await restoreSession(ann, camp.slug, joined))).toBe('host_holds_enough');
    must(await removeHost(ann, camp.slug, joined, me));
    must(await restoreSession(ann, camp.slug, joined));
    must(await addHost(asSystem(base), camp.slug, joined, 'bob@example.org'));
    must(await answerInvitation(bob, camp.slug, refused[1]!, false));
  });
});
