import { makeLog } from '../../src/log.ts';
import { exitCode, untilAskedToStop } from '../../src/start/signals.ts';

// A process that stops as `npm start` does, and meets what its first argument names meanwhile.

const [what] = process.argv.slice(2);
const faults: Record<string, () => void> = {
  throws: () => {
    setTimeout(() => {
      throw new Error('nobody catches this');
    });
  },
  rejects: () => void Promise.reject(new Error('nobody awaits this')),
  'throws while it stops': () => {
    setTimeout(() => {
      throw new Error('nobody catches this');
    }, 200);
    process.kill(process.pid, 'SIGTERM');
  },
  nothing: () => process.kill(process.pid, 'SIGTERM'),
};
// A server would hold the process, as this does.
setInterval(() => {}, 1000);
console.log('ready');
setTimeout(() => faults[what!]!(), 50);
await untilAskedToStop(makeLog('info'));
await new Promise((resolve) => setTimeout(resolve, 500));
console.log('in order');
process.exit(exitCode());
