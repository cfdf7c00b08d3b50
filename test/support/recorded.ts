import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

const folder = path.join(import.meta.dirname, '../imified');

/**
 * Sends a request byte for byte as a program of its time sent it, and gives all that came back. `{key}` and the like stand in the file for
 * what each site has of its own; `{length}` is the body's. `hangsUp`: it says all, and closes its side before the answer comes.
 */
export function replay(
  port: number,
  file: string,
  values: Record<string, string>,
  { hangsUp = false } = {},
): Promise<string> {
  const text = readFileSync(path.join(folder, `${file}.http`), 'utf8').trimEnd();
  const filled = Object.entries(values).reduce(
    (all, [name, value]) => all.replaceAll(`{${name}}`, value),
    text,
  );
  const [head = '', ...rest] = filled.split('\n\n');
  const typed = rest.join('\n\n');
  const body = /multipart\/form-data/i.test(head) ? typed.replaceAll('\n', '\r\n') : typed;
  const lines = head.replace('{length}', String(Buffer.byteLength(body))).replaceAll('\n', '\r\n');
  return new Promise((resolve, reject) => {
    const said = `${lines}\r\n\r\n${body}`;
    const socket = connect(port, '127.0.0.1', () => (hangsUp ? socket.end(said) : socket.write(said)));
    let got = Buffer.alloc(0);
    socket.on('data', (data) => {
      got = Buffer.concat([got, data]);
      // Old programs keep the connection: they know from the answer that it is whole.
      if (read(got).isWhole) socket.end();
    });
    socket.on('end', () => resolve(read(got).text)).on('error', reject);
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer came')));
  });
}

/** An answer as its program reads it: after `100 Continue`, in chunks (RFC 9112, 7.1) and packed, where it asked for that. */
function read(got: Buffer): { text: string; isWhole: boolean } {
  const text = got.toString('latin1').replace(/^HTTP\/1\.1 100 .*?\r\n\r\n/s, '');
  const end = text.indexOf('\r\n\r\n') + 4;
  const [head, body] = [text.slice(0, end), text.slice(end)];
  const isChunked = /^transfer-encoding: chunked/im.test(head);
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? Number.POSITIVE_INFINITY);
  const isWhole = end > 3 && (isChunked ? body.endsWith('\r\n0\r\n\r\n') : body.length >= length);
  const bytes = Buffer.from(isChunked && isWhole ? unchunked(body) : body, 'latin1');
  const plain = isWhole && /^content-encoding: gzip/im.test(head) ? gunzipSync(bytes) : bytes;
  return { text: head + plain.toString('utf8'), isWhole };
}

function unchunked(body: string): string {
  const end = body.indexOf('\r\n');
  const size = Number.parseInt(body.slice(0, end), 16);
  return size > 0 ? body.slice(end + 2, end + 2 + size) + unchunked(body.slice(end + 4 + size)) : '';
}
