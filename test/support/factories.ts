import { and, eq, isNotNull } from 'drizzle-orm';
import { pino } from 'pino';
import { type Actor, anonymous, type Base, type Ctx, system } from '../../src/context.ts';
import { connect } from '../../src/db/client.ts';
import { people } from '../../src/db/schema.ts';
import { createEvent } from '../../src/services/events/commands.ts';
import type { EventInput } from '../../src/services/events/input.ts';
import { publishEvent } from '../../src/services/events/publishing.ts';
import type { Event } from '../../src/services/events/queries.ts';
import { type RegisterInput, register } from '../../src/services/registrations/commands.ts';
import type { Mailed, Registered } from '../../src/services/registrations/outcome.ts';
import { must, type Result } from '../../src/shared/result.ts';
import { generous } from './limits.ts';

export const secret = 'a secret for the tests, long enough';

/** A clock that stands still until it is told otherwise. */
export const noon = new Date('2026-05-01T12:00:00Z');

/** A process of its own, as far as settling can tell: its own pool, so its own queues. */
export function makeBase(url: string, now: () => Date = () => noon, max = 10): Base {
  const db = connect(url, () => {}, max);
  return {
    db,
    now,
    log: pino({ level: 'silent' }),
    secret,
    baseUrl: 'http://localhost:3000',
    limits: generous,
  };
}

export const as = (base: Base, actor: Actor): Ctx => ({ ...base, actor });
export const asSystem = (base: Base): Ctx => as(base, system());
export const asVisitor = (base: Base): Ctx => as(base, anonymous('web'));

let made = 0;

/** A published event at the end of May 2026; `places` null is no limit. */
export async function makeEvent(base: Base, input: EventInput & { draft?: true } = {}): Promise<Event> {
  const { draft, ...rest } = input;
  const given = {
    name: `Geek dinner ${++made}`,
    kind: 'dinner',
    zone: 'Europe/London',
    startsAt: '2026-05-30T19:00',
    endsAt: '2026-05-30T22:00',
    waitingList: 'on',
    ...rest,
  };
  const event = must(await createEvent(asSystem(base), given));
  return draft ? event : must(await publishEvent(asSystem(base), event.slug));
}

/** What came of it, for who is told: at an event that is not quiet, with limits that nobody reaches. */
export function registered(result: Result<Registered | Mailed>): Registered {
  const made = must(result);
  if (made.kind === 'mailed') throw new Error('told no more than that there is a mail');
  return made;
}

/** Registers `ann@example.org` for a name of Ann, unless told otherwise. Whoever has proved their address is signed in. */
export async function signUp(
  base: Base,
  event: { slug: string },
  name = 'Ann',
  more: Partial<RegisterInput> = {},
): Promise<Result<Registered>> {
  const email = more.email ?? `${name.toLowerCase().replace(/\W+/g, '.')}@example.org`;
  const isTheirs = and(eq(people.email, email), isNotNull(people.verifiedAt));
  const [known] = await base.db.select({ id: people.id }).from(people).where(isTheirs);
  const ctx = known
    ? as(base, { door: 'web', personId: known.id, grants: [], proved: true })
    : asVisitor(base);
  const made = register(ctx, { event: event.slug, name, answers: {}, ...more, email });
  return made as Promise<Result<Registered>>;
}

/** Somebody as they act on the website once they have signed in. */
export async function proved(base: Base, personId: number): Promise<Ctx> {
  await base.db.update(people).set({ verifiedAt: noon }).where(eq(people.id, personId));
  return as(base, { door: 'web', personId, grants: [], proved: true });
}

/** What the links in mails are made of, while none was ended. */
export const mailed = ({ key }: { key: string }) => ({ key, mailGeneration: 0 });

export { must };

export const code = (result: Result<unknown>): string | undefined =>
  result.ok ? undefined : result.refusal.code;
