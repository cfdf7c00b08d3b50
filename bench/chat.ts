import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { findProsody, startProsody } from '../bot/transports/prosody.ts';
import { joinAs, type User } from '../test/support/xmpp-user.ts';
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
  const bots = [
    await startScript('bot.ts', 'ours', service, jid, password, url),
    await startScript('bot.ts', 'echo', service, 'echo@localhost', 'secret'),
  ];
  const people = await Promise.all(
    Array.from({ length: senders }, async (_, n) => {
      prosody.addUser(`p${n}@localhost`, 'secret');
      return joinAs(prosody.port, `p${n}`, 'secret');
    }),
  );
  try {
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
    await Promise.all(people.map((one) => one.leave()));
    await Promise.all(bots.map((one) => one.stop()));
    await prosody.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As long as an answer to `events`, so that both send the same bytes. */
const answerLike = 'x'.repeat(400);

/** Each asks again as soon as it has the answer; answers a second. */
async function exchange(people: User[], bot: string, text: string): Promise<number> {
  const until = performance.now() + seconds * 1000;
  const counts = await Promise.all(people.map((one) => askUntil(one, bot, text, until)));
  return counts.reduce((sum, one) => sum + one, 0) / seconds;
}

function askUntil(user: User, bot: string, text: string, until: number): Promise<number> {
  let answers = 0;
  return new Promise((resolve) => {
    const next = (stanza?: {
      is(name: string): boolean;
      attrs: { from?: string };
      getChild(name: string): unknown;
    }) => {
      if (stanza && !(stanza.is('message') && stanza.attrs.from?.startsWith(bot) && stanza.getChild('body')))
        return;
      if (stanza) answers++;
      user.got.length = 0;
      if (performance.now() < until) return void user.say(bot, text);
      user.entity.removeListener('stanza', next);
      resolve(answers);
    };
    user.entity.on('stanza', next);
    next();
  });
}
