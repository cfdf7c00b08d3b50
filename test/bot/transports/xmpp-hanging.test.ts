import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Xmpp } from '../../../src/config.ts';
import { warning } from '../../support/logs.ts';
import { startBot, type TestBot } from '../../support/xmpp-bot.ts';

// An XMPP server that takes the connection and then says nothing, or stops in the middle of the stream's beginning.

let bot: TestBot | undefined;
let end = () => {};
afterEach(async () => {
  await bot?.stop();
  end();
});

const header = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'
  id='one' from='localhost' version='1.0'>`;
const offer = `<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features>`;

/** Says this to whoever has said something, and nothing more; gives its port, and how many have connected. */
async function saying(text: string) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {}).resume();
    if (text) socket.once('data', () => socket.write(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  end = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: (server.address() as { port: number }).port, sockets };
}

const client = (port: number): Xmpp => ({
  mode: 'client',
  service: `xmpp://127.0.0.1:${port}`,
  jid: 'turnout@localhost',
  password: 'x',
});
const component = (port: number): Xmpp => ({
  mode: 'component',
  service: `xmpp://127.0.0.1:${port}`,
  domain: 'turnout.localhost',
  secret: 'x',
});

describe.each([
  ['says nothing', '', client],
  ['says nothing to a component', '', component],
  ['stops after the head of the stream', header, client],
  ['stops in the middle of a tag', `${header}<stream:fea`, client],
  ['stops in the middle of the log-in', header + offer, client],
])('a server that %s', (_, text, us) => {
  it('is given up, tried again, said once, and holds up nobody', { timeout: 30_000 }, async () => {
    const { port, sockets } = await saying(text);
    const started = performance.now();
    bot = await startBot({ xmpp: us(port), wait: false, pace: { connectWithin: 200 } });
    // It begins at once, with the rest of the site.
    expect(performance.now() - started).toBeLessThan(5_000);
    await vi.waitFor(() => expect(sockets.length).toBeGreaterThan(2), { timeout: 20_000 });
    expect(sockets[0]!.destroyed || sockets[0]!.readableEnded).toBe(true);
    expect(bot.online()).toBe(false);
    // What is to be told is tried again by the queue.
    await expect(bot.send('ann@localhost', 'one', { text: 'x' })).rejects.toThrow('not connected');
    const told = bot.logs.lines.filter(({ level }) => level >= warning);
    expect(told.map(({ msg }) => msg)).toEqual([expect.stringContaining('the server does not answer')]);
    const leaving = performance.now();
    await bot.stop();
    expect(performance.now() - leaving).toBeLessThan(5_000);
  });
});
