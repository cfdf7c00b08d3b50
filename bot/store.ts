import type pg from 'pg';
import type { Db } from '../src/db/client.ts';
import {
  actorOfAddress,
  type ChatActor,
  type SpeakerRow,
  speakerOf,
  speakerSql,
} from '../src/services/people/speakers.ts';
import type { ChatMessage } from '../src/shared/chat.ts';
import { jsonOf } from '../src/shared/text.ts';

/** Where an address is in its dialogue, and the answer to this very message if it was given before. */
export type Kept<State, Reply> = {
  replies?: Reply[];
  state?: State;
  /** Names the state that was read: a save on top of another one is refused. */
  seen?: string;
  who: ChatActor;
};

/** Names the conversation of a message: that of its address, or one apart from it. No address has a space in it. */
export const conversationOf = ({ address, apart }: Pick<ChatMessage, 'address' | 'apart'>): string =>
  apart ? `${address} ${apart}` : address;

/** With who writes, in one statement: it is asked with every message. */
export async function load<State, Reply>(db: Db, message: ChatMessage): Promise<Kept<State, Reply>> {
  const found = await db.$client.query<
    SpeakerRow & { replies: Reply[] | null; state: State | null; seen: string | null }
  >({
    name: 'conversation-load',
    text: `select (select replies from inbox where address = $1 and key = $2) replies, c.state, c.xmin::text seen, ${speakerSql('$3')}
      from (select 1) one left join conversations c on c.address = $1`,
    values: [conversationOf(message), message.key, message.address],
  });
  const row = found.rows[0];
  return {
    replies: row?.replies ?? undefined,
    state: row?.state ?? undefined,
    seen: row?.seen ?? undefined,
    who: (row && speakerOf(row)) ?? (await actorOfAddress(db, message.address)),
  };
}

/**
 * Keeps the new state together with the answer, in one statement. False when the conversation has moved on meanwhile
 * (another process, another tab): the message is then to be taken again, on top of what is there now.
 */
export async function save<State, Reply>(
  db: Db,
  message: ChatMessage,
  state: State,
  replies: Reply[],
  seen: string | undefined,
  now: Date,
): Promise<boolean> {
  const result = await db.$client
    .query({
      name: seen ? 'conversation-update' : 'conversation-insert',
      text: `with kept as (${seen ? update : insert} returning 1)
        insert into inbox (address, key, replies, created_at) select $1, $2, $4::jsonb, $5 from kept`,
      values: [
        conversationOf(message),
        message.key,
        jsonOf(state),
        jsonOf(replies),
        now,
        ...(seen ? [seen] : []),
      ],
    })
    .catch(takenTwice);
  return result?.rowCount === 1;
}

const update = `update conversations set state = $3::jsonb, updated_at = $5 where address = $1 and xmin::text = $6`;
const insert = `insert into conversations (address, state, updated_at) values ($1, $3::jsonb, $5) on conflict do nothing`;

/** Two copies of one message at the same time: the second finds the first one's answer when it is taken again. */
function takenTwice(error: pg.DatabaseError): undefined {
  if (error.code !== '23505') throw error;
}

/**
 * What the numbers of a message stand for that the bot wrote first: they are then the last list, unless a dialogue is under way,
 * whose question they would answer. The reply is in no inbox: nobody asked.
 */
export async function rememberMenu(db: Db, address: string, menu: string[], now: Date): Promise<void> {
  await db.$client.query({
    name: 'conversation-menu',
    text: `insert into conversations (address, state, updated_at)
      values ($1, jsonb_build_object('v', 1, 'at', extract(epoch from $3::timestamptz) * 1000, 'taught', '[]'::jsonb, 'menu', $2::jsonb), $3)
      on conflict (address) do update set state = jsonb_set(conversations.state, '{menu}', $2::jsonb)
      where conversations.state->'flow' is null`,
    values: [address, jsonOf(menu), now],
  });
}
