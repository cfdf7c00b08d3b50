import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// Node's own server, sending the same bytes as the page that it is told of, whatever is asked.

const page = await fetch(process.argv[2]!, { headers: { 'accept-encoding': 'identity' } });
const body = Buffer.from(await page.arrayBuffer());
const headers = Object.fromEntries(
  [...page.headers].filter(
    ([name]) => !['date', 'connection', 'keep-alive', 'transfer-encoding'].includes(name),
  ),
);
const server = createServer((_req, res) => {
  res.writeHead(200, { ...headers, 'content-length': body.length }).end(body);
}).listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
