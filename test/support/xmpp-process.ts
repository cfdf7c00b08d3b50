import { appendFileSync } from 'node:fs';
import { startXmpp } from '../../bot/transports/xmpp.ts';
import { makeLog } from '../../src/log.ts';

// A bot in a process of its own: notes each message's key in a file, then answers, or never does. It trusts no host without TLS if told so.
const { xmpp, file, hang, strict } = JSON.parse(process.argv[2] ?? '{}');
await startXmpp({
  xmpp,
  log: makeLog('info'),
  ...(strict && { trust: () => false }),
  converse: async ({ key, text }) => {
    appendFileSync(file, `${key}\n`);
    if (hang) await new Promise(() => {});
    return [{ text: `answer to ${text}` }];
  },
});
