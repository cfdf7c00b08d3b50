import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { client } from '@xmpp/client';
import { pino } from 'pino';
import { findProsody, startProsody } from '../bot/transports/prosody.ts';
import { el } from '../bot/transports/xmpp/stanza.ts';
import { median, type Row, startScript } from './support.ts';

const senders = 10;
const seconds = 3;

/** The bot's `events` through a Prosody, against a bot on the same library that sends back what it gets. */
export async function chat(url: string): Promise<Row[]> {
  if (!findProsody())
    return [{ what: "the bot's `events` through Prosody", figure: 'not measured: no prosody here' }];
  const folder = mkdtempSync(path.join(tmpdir(), 'turnout-bench-'));
  const prosody = await startProsody({ folder, log: pino({ level: 'silent' }) });
  const { service, jid, password } = prosody.config;
  prosody.addUser('echo@localhost', 'secret');
  const bots: Awaited<ReturnType<typeof startScript>>[] = [];
  const people: Entity[] = [];
  try {
    bots.push(await startScript('bot.ts', 'ours', service, jid, password, url));
    bots.push(await startScript('bot.ts', 'echo', service, 'echo@localhost', 'secret'));
    for (let n = 0; n < senders; n++) {
      prosody.addUser(`p${n}@localhost`, 'secret');
      people.push(await join(service, `p${n}`));
    }
    const rounds = { ours: [] as number[], theirs: [] as number[] };
    for (let round = 0; round < 3; round++) {
      rounds.theirs.push(await exchange(people, 'echo@localhost', answerLike));
      rounds.ours.push(await exchange(people, jid, 'events'));
    }
    const [we, they] = [median(rounds.ours), median(rounds.theirs)];
    return [
      { what: `an echo bot on the same library, ${senders} people`, figure: `${Math.round(they)}/s` },
      { what: "the bot's `events`", figure: `${Math.round(we)}/s`, ratio: we / they },
    ];
  } finally {
    await Promise.all(people.map((one) => one.stop()));
    await Promise.all(bots.map((one) => one.stop()));
    await prosody.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As long as an answer to `events`, so that both send the same bytes. */
const answerLike = 'x'.repeat(400);

type Stanza = { is(name: string): boolean; attrs: { from?: string }; getChild(name: string): unknown };
type Entity = {
  on(event: 'stanza', listener: (stanza: Stanza) => void): void;
  removeListener(event: 'stanza', listener: (stanza: Stanza) => void): void;
  send(stanza: unknown): Promise<void>;
  start(): Promise<unknown>;
  stop(): Promise<unknown>;
};

/** Somebody with a client of xmpp.js as it comes, but for Nagle's delay. */
async function join(service: string, username: string): Promise<Entity> {
  const entity = client({
    service,
    domain: 'localhost',
    resource: 'bench',
    credentials: (authenticate) => authenticate({ username, password: 'secret' }, 'SCRAM-SHA-1'),
  }) as unknown as Entity & { socket: { setNoDelay(): void } };
  entity.on('connect' as 'stanza', () => entity.socket.setNoDelay());
  await entity.start();
  await entity.send(el('presence'));
  return entity;
}

/** Each asks again as soon as it has the answer; answers a second. */
async function exchange(people: Entity[], bot: string, text: string): Promise<number> {
  const until = performance.now() + seconds * 1000;
  const counts = await Promise.all(people.map((one) => askUntil(one, bot, text, until)));
  return counts.reduce((sum, one) => sum + one, 0) / seconds;
}

function askUntil(person: Entity, bot: string, text: string, until: number): Promise<number> {
  let answers = 0;
  return new Promise((resolve) => {
    const ask = () => {
      const message = { to: bot, id: String(++asked), type: 'chat' };
      void person.send(el('message', message, el('body', {}, text)));
    };
    const heard = (stanza: Stanza) => {
      if (!stanza.is('message') || !stanza.attrs.from?.startsWith(bot) || !stanza.getChild('body')) return;
      answers++;
      if (performance.now() < until) return ask();
      person.removeListener('stanza', heard);
      resolve(answers);
    };
    person.on('stanza', heard);
    ask();
  });
}

let asked = 0;
