import { type ClientRequest, get } from 'node:http';

/** What an open page is told: the name of the event and its data. */
export type Told = { event: string; data: unknown; at: number };
export type OpenStream = { told: Told[]; close(): void };

let opened = 0;

/** A page that follows a stream of server-sent events, each in a browser of its own. Comes back when the server has answered. */
export function openStream(url: string): Promise<OpenStream> {
  return new Promise((resolve, reject) => {
    const told: Told[] = [];
    const request: ClientRequest = get(
      url,
      { agent: false, headers: { 'User-Agent': `browser ${++opened}` } },
      (answer) => {
        let rest = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          const blocks = (rest + part).split('\n\n');
          rest = blocks.pop()!;
          for (const block of blocks) {
            const field = (name: string) =>
              block
                .split('\n')
                .find((line) => line.startsWith(`${name}:`))
                ?.slice(name.length + 1);
            const event = field('event');
            if (event) told.push({ event, data: JSON.parse(field('data') ?? 'null'), at: performance.now() });
          }
        });
        resolve({ told, close: () => request.destroy() });
      },
    );
    request.on('error', reject);
  });
}
