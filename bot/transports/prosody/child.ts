import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** A server process of ours. */
export type Child = { process: ChildProcess; output(): string; isGone(): boolean; end(): Promise<void> };

/**
 * Starts a program that ends with us, even when we are killed: on Linux `setpriv` has the kernel see to that, elsewhere a shell waits
 * on a pipe. It leads a group of its own: Ctrl-C on a terminal is for us, who then end it in order. What it writes goes to the file.
 */
export function startChild(command: string, args: string[], output: string, tied = !hasSetpriv()): Child {
  const fd = openSync(output, 'w', 0o600);
  const [first = '', ...rest] = tied
    ? ['/bin/sh', '-c', tie, 'sh', command, ...args]
    : [...setpriv, command, ...args];
  const child = spawn(first, rest, {
    detached: true,
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:/opt/homebrew/bin', LC_ALL: 'C.UTF-8' },
    stdio: [tied ? 'pipe' : 'ignore', fd, fd],
  });
  closeSync(fd);
  let gone = false;
  const leave = () => {
    gone = true;
  };
  child.once('exit', leave).once('error', leave);
  child.stdin?.on('error', () => {});
  // It shall not keep a process alive that has nothing else to do.
  child.unref();
  (child.stdin as { unref?(): void } | null)?.unref?.();
  return {
    process: child,
    output: () => readFileSync(output, 'utf8'),
    isGone: () => gone,
    end: async () => {
      if (gone) return;
      const exit = once(child, 'exit');
      // The shell that stands between waits for the program then, and leaves nothing behind.
      if (tied) child.stdin?.destroy();
      else signal(child, 'SIGTERM');
      const late = setTimeout(() => signal(child, 'SIGKILL'), 5_000);
      await exit.finally(() => clearTimeout(late));
    },
  };
}

const setpriv = ['setpriv', '--no-new-privs', '--pdeathsig', 'TERM'];
const hasSetpriv = () =>
  process.platform === 'linux' && spawnSync('setpriv', ['--version'], { timeout: 5_000 }).status === 0;

/** Runs the program until it ends or our end of the pipe is closed, by us or by our death. */
const tie = `exec 3<&0
"$@" </dev/null 3<&- & server=$!
(read -r _; kill -TERM $server) <&3 & reader=$!
exec 3<&-
wait $server; status=$?
kill $reader 2>/dev/null
exit $status`;

/** To the group, for a shell may stand between. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (child.pid) process.kill(-child.pid, name);
  } catch {
    // It has just ended.
  }
}
