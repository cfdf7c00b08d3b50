import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';

const folder = path.join(import.meta.dirname, '../imified');

/**
 * Sends a request byte for byte as a program of its time sent it, and gives all that came back. `{key}` and the like stand in the file for
 * what each site has of its own; `{length}` is the body's.
 */
export function replay(port: number, file: string, values: Record<string, string>): Promise<string> {
  const text = readFileSync(path.join(folder, `${file}.http`), 'utf8').trimEnd();
  const filled = Object.entries(values).reduce(
    (all, [name, value]) => all.replaceAll(`{${name}}`, value),
    text,
  );
  const [head = '', body = ''] = filled.split('\n\n');
  const lines = head
    .replace('{length}', String(Buffer.byteLength(body)))
    .split('\n')
    .join('\r\n');
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${lines}\r\n\r\n${body}`));
    let got = '';
    socket.setEncoding('utf8').on('data', (data) => {
      got += data;
    });
    socket.on('end', () => resolve(got)).on('error', reject);
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer came')));
  });
}
