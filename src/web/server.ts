import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { makeApp } from '../app.ts';
import type { Site } from './http.ts';

export type Web = { url: string; stop(): Promise<void> };

/** Serves the site. Rejects when the port is taken. Port 0 takes any that is free; `url` says which. */
export async function startWeb(
  site: Site,
  { port, host }: { port: number; host: string },
  app: Express = makeApp(site),
): Promise<Web> {
  const server = createServer((req, res) => {
    // What a request of this process changed is seen by the next one, without waiting for the notification.
    if (req.method !== 'GET' && req.method !== 'HEAD') res.on('finish', site.kept.forget);
    if (!site.kept.answer(req, res)) app(req, res);
  });
  waitForGoodbye(server, /^\/api\//);
  // Longer than a proxy in front keeps its connections, so that it is never us who hang up on a request.
  server.keepAliveTimeout = 65_000;
  // Whoever asks for much and reads nothing is not waited for; streams say something every half minute.
  server.setTimeout(120_000);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  // No connection can be taken for now, as when no more files may be opened.
  server.on('error', (error) => site.log.error({ err: error }, 'the web server has an error'));
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`, stop: () => stop(server) };
}

/** Takes no new requests, lets those in hand finish; what still streams after five seconds is cut. */
function stop(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), 5000);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/**
 * A program that has said all and closes its side of the connection still waits for the answer (RFC 9293, 3.6): old ones do. A browser that
 * does has gone, and what streams to it ends, as Node has it.
 */
function waitForGoodbye(server: ReturnType<typeof createServer>, programs: RegExp): void {
  const asking = new WeakSet<object>();
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('connection', (socket) => {
    socket.on('end', () => !asking.has(socket) && socket.end());
  });
  server.prependListener('request', ({ url, socket }, res) => {
    if (!programs.test(url ?? '')) return;
    asking.add(socket);
    res.once('close', () => asking.delete(socket));
  });
}
