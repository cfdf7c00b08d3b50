import { type Answer, type Asking, again, post } from './answers.ts';

/** A conversation with the bot. Gives what it answered, as text; undefined without an answer. */
export type Chat = { say(line: string): Promise<string | undefined> };

/** Posts one message with the key that names it. `text` is what a person reads; `whole` is compared. */
type Send = (line: string, key: string) => Promise<{ text: string; whole: string } | undefined>;

/** Over either door: each message is sent until it is answered, and now and then once more, which must get the same answer. */
export function openChat(asking: Asking): Chat {
  const { notes, random } = asking;
  const send = random.next() < 0.5 ? byGateway(asking) : byPage(asking);
  return {
    async say(line) {
      const key = keyOf(asking);
      const first = await again(notes, () => send(line, key));
      if (first && random.next() < 0.3) {
        const second = await again(notes, () => send(line, key));
        if (second && second.whole !== first.whole)
          notes.faults.push({
            rule: 'a message that comes twice has one answer',
            what: `${line}: ${first.text} / ${second.text}`,
          });
      }
      return first?.text;
    },
  };
}

/** As a gateway in the Imified style posts messages (docs/imified.md). */
function byGateway(asking: Asking): Send {
  const who = {
    botkey: asking.site.imifiedKey,
    userkey: keyOf(asking),
    network: 'Jabber',
    channel: 'private',
  };
  return async (line, key) => {
    const answer = await post(asking, '/bot/imified', { ...who, msg: line, key });
    const whole = answer?.status === 200 ? await answer.text().catch(() => undefined) : undefined;
    return whole === undefined ? undefined : { text: plain(whole), whole };
  };
}

/** As the page's script posts them. Who has no cookie yet gets one by a first word that changes nothing. */
function byPage(asking: Asking): Send {
  let cookie = '';
  let seen = 0;
  const send = async (line: string, key: string, after: number) => {
    const headers = { Accept: 'application/json', ...(cookie && { Cookie: cookie }) };
    const answer = await post(asking, '/chat', { text: line, nonce: key, after: String(after) }, headers);
    if (answer?.status !== 200) return undefined;
    const news = (await answer.json().catch(() => undefined)) as { html: string; last: number } | undefined;
    const set = answer.headers.getSetCookie().map((one) => one.split(';')[0]);
    if (set.length > 0) cookie = set.join('; ');
    return news;
  };
  const after = new Map<string, number>();
  return async (line, key) => {
    if (!cookie) seen = (await again(asking.notes, () => send('help', keyOf(asking), 0)))?.last ?? 0;
    // The second time it is read from the same place on.
    const from = after.get(key) ?? seen;
    after.set(key, from);
    const news = await send(line, key, from);
    if (!news) return undefined;
    seen = news.last;
    const text = plain(news.html);
    return { text, whole: text };
  };
}

/** What the bot says when it has done it, as the catalogue has it: enough of the sentence to know it. */
const done = {
  register: /\b(You are coming to|you are number \d+ on the waiting list|is held for you: answer)/,
  cancel: /\bYour registration for .* is cancelled/,
  take: /\bYou are coming to .*: the places are yours/,
};

export async function told(chat: Chat, what: keyof typeof done, lines: string[]): Promise<Answer> {
  let said: string | undefined;
  for (const line of lines) {
    said = await chat.say(line);
    if (said === undefined) return 'unsure';
  }
  return done[what].test(said ?? '') ? 'yes' : 'no';
}

const plain = (html: string): string =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, '’')
    .replace(/\s+/g, ' ');

const keyOf = ({ random }: Asking): string =>
  Array.from({ length: 22 }, () => 'abcdefghjkmnpqrstuvwxyz0123456789'[random.below(33)]).join('');
