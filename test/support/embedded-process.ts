import { startEmbedded } from '../../src/db/embedded.ts';

// A process of its own that starts or joins the embedded Postgres in a folder, says where, and stays until it is killed.
const [folder = ''] = process.argv.slice(2);
const server = await startEmbedded(folder, { log: console.error });
console.log(server.url);
setInterval(() => {}, 60_000);
