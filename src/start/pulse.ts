import type { ChildProcess } from 'node:child_process';

const every = 5_000;
/** So many questions in a row without an answer are a minute in which nothing else was answered either. */
const most = 12;

/** Ends a process that lives but answers nothing, from its first word on: whoever keeps it starts another. */
export function lookIn(child: ChildProcess, whenSilent: () => void): { stop(): void } {
  let heard = false;
  let unanswered = 0;
  child.on('message', () => {
    heard = true;
    unanswered = 0;
  });
  const timer = setInterval(() => {
    // Counted, not timed: a computer that slept has asked nothing meanwhile.
    if (heard && unanswered++ >= most) {
      whenSilent();
      child.kill('SIGKILL');
    }
    if (heard && child.connected) child.send({ ping: true }, () => {});
  }, every).unref();
  return { stop: () => clearInterval(timer) };
}
