import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { split } from '../../../bot/transports/xmpp/split.ts';
import { el } from '../../../bot/transports/xmpp/stanza.ts';
import type { Xmpp } from '../../../src/config.ts';
import { carried, nastyTexts } from '../../support/nasty.ts';
import { describeWith } from '../../support/needs.ts';
import { openServer, type TestServer } from '../../support/prosody.ts';
import { proxyTo } from '../../support/proxy.ts';
import { startBot } from '../../support/xmpp-bot.ts';
import type { User } from '../../support/xmpp-user.ts';

describeWith('prosody', 'texts that have broken chat programs', () => {
  let server: TestServer;
  let ann: User;
  const texts = nastyTexts();
  beforeAll(async () => {
    server = await openServer();
    ann = await server.user();
  });
  afterAll(() => server?.stop());

  const ways = { client: () => server.prosody.config as Xmpp, component: () => server.component() };
  describe.each(Object.keys(ways) as (keyof typeof ways)[])('as a %s', (way) => {
    test.each([false, true])(
      'arrive as they were written, in both directions (byte by byte: %s)',
      async (byBytes) => {
        expect(texts.length).toBeGreaterThan(400);
        const xmpp = ways[way]();
        const proxy = await proxyTo(Number(new URL(xmpp.service).port));
        const bot = await startBot({
          xmpp: { ...xmpp, service: `xmpp://127.0.0.1:${proxy.port}` },
          // Says back the very text with all that is not allowed, by its number.
          converse: async ({ text }) => [{ text: `${texts[Number(text.split(' ')[0])]}|` }],
          pace: { perPerson: 10_000 },
        });
        if (byBytes) proxy.splitBytes();
        ann.got.length = 0;
        // What may not be sent a person's client cannot send: the rest of it.
        const answers = texts.flatMap((text) => split(`${carried(text)}|`));
        const sent = texts.map((text, n) => `${n} ${carried(text)}|`);
        for (const [n, text] of sent.entries())
          await ann.entity.send(
            el('message', { to: bot.jid, id: `${way}${byBytes}${n}`, type: 'chat' }, el('body', {}, text)),
          );
        await vi.waitFor(() => expect(ann.texts(bot.jid)).toHaveLength(answers.length), {
          timeout: 40_000,
          interval: 100,
        });
        expect(bot.heard.map(({ text }) => text)).toEqual(sent);
        expect(ann.texts(bot.jid).sort()).toEqual(answers.sort());
        expect(proxy.connections).toHaveLength(1);
        await bot.stop();
        await proxy.close();
      },
      60_000,
    );
  });
});
