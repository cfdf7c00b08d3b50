import { rememberMenu } from '../../bot/store.ts';
import type { Base } from '../../src/context.ts';
import { eventBySlug } from '../../src/services/events/queries.ts';
import { tell } from '../../src/services/notices/commands.ts';
import { noticesReply } from '../../src/services/notices/messages.ts';
import { noticeById } from '../../src/services/notices/queries.ts';
import { cancelByToken, type Registered } from '../../src/services/registrations/commands.ts';
import type { Reply } from '../../src/shared/chat.ts';
import { t } from '../../src/words/words.ts';
import { by, guests } from './dinners.ts';
import { asVisitor, makeEvent, must, signUp } from './factories.ts';

const came = new Map<string, Registered>();

/** A dinner for parties of up to five, whose waiting list is asked. */
async function supper(base: Base, capacity = '8') {
  await makeEvent(base, {
    name: 'Supper',
    slug: 'supper',
    kind: 'dinner',
    capacity,
    partyMost: '5',
    line: 'offer',
    offerHours: '24',
    menu: 'Main:\nRoast lamb | 2\nRisotto',
    startsAt: '2026-06-10T19:00',
    endsAt: '2026-06-10T22:00',
  });
}

async function comes(base: Base, who = '', size = '1') {
  came.set(who, must(await signUp(base, { slug: 'supper' }, who, { members: guests(Number(size)) })));
}

const leaves = async (base: Base, who = '') =>
  must(await cancelByToken(asVisitor(base), by(came.get(who)!).token));

/** The bot writes first to somebody who has an offer, as its job does; gives what it says. */
export async function tellOffer(base: Base, address: string, who: string): Promise<Reply[]> {
  const { id } = came.get(who)!;
  await tell(base, { job: String(Date.now()), changes: [[id, 'offered']] });
  const { rows } = await base.db.$client.query(
    `select id from notices where registration_id = $1 and kind = 'offered' order by id desc limit 1`,
    [id],
  );
  const reply = noticesReply(t, [(await noticeById(base.db, rows[0].id))!], base.baseUrl);
  await rememberMenu(
    base.db,
    address,
    reply.choices!.map((one) => one.value),
    base.now(),
  );
  return [reply];
}

async function seatsAt(base: Base, who = '', table = '') {
  const event = (await eventBySlug(base.db, 'supper'))!;
  await base.db.$client.query(
    `with made as (insert into dinner_tables (event_id, position, name, seats) values ($1, 1, $3, 8) returning id)
      insert into seatings (registration_id, position, table_id) select r.id, 0, made.id from made, registrations r
      where r.event_id = $1 and r.name = $2 and r.state = 'confirmed'`,
    [event.id, who, table],
  );
}

export const dinnerDirections: [RegExp, (base: Base, ...words: string[]) => unknown][] = [
  [/^there is a supper(?: for (\d+))?$/, supper],
  [/^(\w+) comes to the supper(?:, (\d+) people)?$/, comes],
  [/^(\w+) does not come to the supper$/, leaves],
  [/^(\w+) sits at "(.+)"$/, seatsAt],
];
