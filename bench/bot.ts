import { client } from '@xmpp/client';
import { pino } from 'pino';
import { makeConverse } from '../bot/conversation.ts';
import { el } from '../bot/transports/xmpp/stanza.ts';
import { startXmpp } from '../bot/transports/xmpp.ts';
import { connect } from '../src/db/client.ts';

// A bot as a process of its own: ours, or one on the same library that sends back what it gets, as plainly as can be; given a file, always
// the answer that stands in it, with all that belongs to it: as many bytes as ours, and no thought.

const [kind, service = '', jid = '', password = '', databaseUrl = ''] = process.argv.slice(2);
const log = pino({ level: 'error' }, pino.destination(2));

if (kind === 'ours') {
  const db = connect(databaseUrl, console.error);
  const base = {
    db,
    now: () => new Date(),
    log,
    secret: 'only for measuring, only for measuring',
    baseUrl: 'http://localhost',
  };
  const xmpp = { mode: 'client' as const, service, jid, password };
  const pace = { perPerson: 1e9, perDomain: 1e9 };
  const bot = await startXmpp({ xmpp, converse: makeConverse(base), log, pace });
  while (!bot.online()) await new Promise((resolve) => setTimeout(resolve, 20));
} else {
  const [username = ''] = jid.split('@');
  const bot = client({
    service,
    domain: 'localhost',
    resource: 'echo',
    credentials: (authenticate) => authenticate({ username, password }, 'SCRAM-SHA-1'),
  });
  bot.on('connect', () => (bot as unknown as { socket: { setNoDelay(): void } }).socket.setNoDelay());
  bot.on('stanza', (stanza) => {
    if (!stanza.is('message') || !stanza.getChild('body')) return;
    const { from, id } = stanza.attrs;
    const body = el('body', {}, stanza.getChild('body').getText());
    void bot.send(el('message', { to: from, id, type: 'chat' }, ...(canned() ?? [body])));
  });
  await (bot as unknown as { start(): Promise<unknown> }).start();
  await bot.send(el('presence'));
}
console.log('ready');

/** Made anew each time, as an answer is. */
function canned() {
  if (!databaseUrl || kind === 'ours') return undefined;
  const children: [string, Record<string, string>, string][] = JSON.parse(databaseUrl);
  return children.map(([name, attrs, text]) => el(name, attrs, text));
}
