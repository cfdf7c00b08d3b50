import { sql } from 'drizzle-orm';
import type { Run } from '../../db/client.ts';

/**
 * Removes the chat addresses of somebody with all that was said there: those that are linked, those that only said to be theirs, and those
 * that were and are nobody's now. An address that somebody else has linked since stays theirs.
 */
export async function eraseChats(run: Run, person: number, email: string): Promise<void> {
  const found = await run.execute<Chat>(chatsOf(person));
  await run.execute(sql`delete from chat_codes where person_id = ${person} or email = ${email}`);
  await removeAddresses(run, found.rows);
  await run.execute(sql`update addresses set former_person_id = null where former_person_id = ${person}`);
}

type Chat = { id: number; uri: string };

/** Removes chat addresses with all that was said there, and the sessions of the browsers that said it. Registrations stay. */
export async function removeAddresses(run: Run, chats: Chat[]): Promise<void> {
  const ids = sql`${sql.param(chats.map((one) => one.id))}::int[]`;
  const uris = sql`${sql.param(chats.map((one) => one.uri))}::text[]`;
  for (const table of ['conversations', 'inbox'])
    await run.execute(
      sql`delete from ${sql.identifier(table)} where split_part(address, ' ', 1) = any(${uris})`,
    );
  await run.execute(sql`delete from chat_messages where address = any(${uris})`);
  await run.execute(
    sql`delete from web_sessions where sess->>'personId' is null and ${visitorOf} = any(${uris})`,
  );
  for (const table of ['chat_codes', 'pushes', 'chat_notices', 'gateway_users'])
    await run.execute(sql`delete from ${sql.identifier(table)} where address_id = any(${ids})`);
  await run.execute(sql`update registrations set address_id = null where address_id = any(${ids})`);
  await run.execute(sql`delete from addresses where id = any(${ids})`);
}

const chatsOf = (person: number) => sql`select id, uri from addresses where person_id = ${person}
  or person_id is null and (former_person_id = ${person}
    or id in (select address_id from registrations where person_id = ${person}))`;

/** The address of the visitor's chat that a session's key names, as services/chats/rules.ts makes it. */
const visitorOf = sql`'web:' || left(encode(sha256(convert_to(sess->>'chatKey', 'UTF8')), 'hex'), 32)`;
