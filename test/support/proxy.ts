import { connect, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** Stands between a program and its server, and does what networks do. */
export type TestProxy = {
  port: number;
  /** How many connections there have been, and when each began. */
  connections: number[];
  /** All that was sent to the server. */
  sent(): string;
  /** What was handed on, in order: `< ` to the server, `> ` from it. */
  traffic(): string[];
  /** Hands everything that comes from the server on in single bytes. */
  splitBytes(): void;
  /** Says something in the server's name on the latest connection. */
  inject(text: string): void;
  /** Bytes for the program that it has not taken. */
  pending(): number;
  /** Takes what is sent to the server, and keeps it; the other way goes on. */
  swallow(): void;
  /** Lets new connections in again, and hands everything on, or not. */
  open(yes: boolean): void;
  /** Ends all connections, without a word. */
  cut(): void;
  close(): Promise<void>;
};

/** Between a program and the tests' own Postgres: the URL of a database by way of the proxy. */
export async function proxyToDatabase(given: string): Promise<{ url: string; proxy: TestProxy }> {
  const url = new URL(given);
  const folder = url.searchParams.get('host');
  const port = url.port || '5432';
  const proxy = await proxyTo(folder ? `${folder}/.s.PGSQL.${port}` : Number(port));
  url.searchParams.delete('host');
  Object.assign(url, { hostname: '127.0.0.1', port: String(proxy.port) });
  return { url: url.href, proxy };
}

/** To a port of this computer, or to a socket of its file system. */
export async function proxyTo(to: number | string, options: { delay?: number } = {}): Promise<TestProxy> {
  const { delay = 0 } = options;
  const pairs = new Set<[Socket, Socket]>();
  const connections: number[] = [];
  const sent: Buffer[] = [];
  const traffic: string[] = [];
  let isSplit = false;
  let isSwallowing = false;
  let isOpen = true;
  const server = createServer((near) => {
    connections.push(Date.now());
    if (!isOpen) return void near.destroy();
    const far = typeof to === 'string' ? connect(to) : connect(to, '127.0.0.1');
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
    }
    near.on('close', () => {
      pairs.delete(pair);
      far.destroy();
    });
    // What the server said last is heard before its end.
    far.on('close', () => void writing.then(() => near.destroySoon()));
    near.on('data', (data) => {
      sent.push(data);
      traffic.push(`< ${data}`);
      if (!isSwallowing) far.write(data);
    });
    let writing = Promise.resolve();
    far.on('data', (data) => {
      writing = writing.then(async () => {
        if (delay > 0) await sleep(delay);
        traffic.push(`> ${data}`);
        if (isSplit) await writeBytes(near, data);
        else near.write(data);
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const cut = () => {
    for (const [near, far] of pairs) {
      near.destroy();
      far.destroy();
    }
  };
  return {
    port: (server.address() as { port: number }).port,
    connections,
    sent: () => Buffer.concat(sent).toString(),
    traffic: () => traffic,
    splitBytes: () => {
      isSplit = true;
    },
    inject: (text) => [...pairs].at(-1)?.[0].write(text),
    pending: () => [...pairs].at(-1)?.[0].writableLength ?? 0,
    swallow: () => {
      isSwallowing = true;
    },
    open: (yes) => {
      isOpen = yes;
      isSwallowing = false;
    },
    cut,
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function writeBytes(socket: Socket, data: Buffer): Promise<void> {
  for (const byte of data) {
    socket.write(Buffer.of(byte));
    await nextTurn();
  }
}
