import type { Db } from '../src/db/client.ts';
import { NoAnswer, outageOf } from '../src/db/outage.ts';
import { whenSilent } from '../src/db/silence.ts';
import { type ChatMessage, type Converse, NotNow, type Reply } from '../src/shared/chat.ts';
import { speaking, withLanguage } from '../src/shared/spoken.ts';
import { languages, t } from '../src/words/words.ts';

/** So many addresses are known by their language: those that wrote last. */
const most = 5_000;

/**
 * Has it said why a message could not be answered when the database is away, busy or full, by a `NotNow`: in the language in which they were
 * answered last, as far as this process knows, else in that of their client. Nobody waits for a database that is silent.
 */
export function sayingOutages(db: Db, converse: Converse): Converse {
  const spoken = new Map<string, string>();
  const remember = (address: string, replies: Reply[]) => {
    if (replies.length === 0) return;
    spoken.delete(address);
    spoken.set(address, replies.at(-1)?.language ?? 'en');
    if (spoken.size > most) spoken.delete(spoken.keys().next().value ?? '');
  };
  return async (message) => {
    try {
      const replies = await unlessSilent(db, converse(message));
      remember(message.address, replies);
      return replies;
    } catch (error) {
      const reply = apology(error, spoken.get(message.address) ?? known(message));
      throw reply ? new NotNow(reply, error) : error;
    }
  };
}

/** Why something is not possible just now, as a sentence; undefined for what is a bug. */
export function apology(error: unknown, language?: string): Reply | undefined {
  const outage = outageOf(error);
  return outage && speaking({ language }, () => withLanguage({ text: t(`outage:${outage}.text`) }));
}

const known = ({ language }: ChatMessage) => languages.find((one) => one === language);

/** Waits for the work, and not for a database that gives no answer at all. */
export function unlessSilent<R>(db: Db, work: Promise<R>): Promise<R> {
  let end = () => {};
  const given = new Promise<never>((_resolve, reject) => {
    end = whenSilent(db, (outage) => reject(new NoAnswer(outage)));
  });
  return Promise.race([work, given]).finally(end);
}
