import { startProsody } from '../../bot/transports/prosody.ts';
import { quiet } from './logs.ts';

// A process of its own that starts a private Prosody in a folder, says its process id and port, and stays until it is killed.
const [folder = ''] = process.argv.slice(2);
const prosody = await startProsody({ folder, log: quiet });
console.log(JSON.stringify({ pid: prosody.pid(), port: prosody.port }));
setInterval(() => {}, 60_000);
