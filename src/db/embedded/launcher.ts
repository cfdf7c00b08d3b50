import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import type { User } from './user.ts';

/** How Postgres programs are run, so that none is root and the server ends with us even when we are killed. */
export type Launcher = {
  binaries: string;
  /** Program and arguments that stand before the command. */
  before: string[];
  /** The user that Node changes to, where `before` does not. */
  user?: User;
  /** A shell ends the server when the pipe to us breaks, where `before` has no better way. */
  tied: boolean;
};

const windows = process.platform === 'win32';

/**
 * The first way that works here. On Linux `setpriv` has the kernel end the server with us; elsewhere a shell waits on a pipe.
 * A folder like /root lets nobody else in, so the server's user may need the right to pass it by (CAP_DAC_OVERRIDE, which
 * containers grant by default): the role that our SQL runs as is no superuser, and cannot reach files through it.
 */
export function findLauncher(binaries: string, home: string, user: User | undefined): Launcher {
  if (windows) return { binaries, before: [], tied: false };
  const found = candidates(binaries, user).find((launcher) => reaches(launcher, home));
  if (found) return found;
  const who = user ? `user "${user.name}"` : 'this user';
  throw new Error(
    `The embedded Postgres of ${binaries} cannot run as ${who} in ${home}: check who may enter these, or set DATABASE_URL (Postgres 15 or newer)`,
  );
}

/** Starts a server. It leads a session of its own: Ctrl-C on a terminal is for us, who then end the server in order. */
export function launch(launcher: Launcher, program: string, args: string[], output: number): ChildProcess {
  const line = commandLine(launcher, program, args);
  const [command = '', ...rest] = launcher.tied ? ['/bin/sh', '-c', tie, 'sh', ...line] : line;
  const input = launcher.tied ? 'pipe' : 'ignore';
  const detached = !windows;
  const child = spawn(command, rest, {
    ...options(launcher),
    detached,
    stdio: [input, output, output],
  });
  // One that has just ended takes no more.
  child.stdin?.on('error', () => {});
  // The pipe must stay open, yet not keep us alive.
  (child.stdin as { unref?(): void } | null)?.unref?.();
  return child;
}

/** Ends a server that `launch` started: SIGINT is a fast shutdown, SIGQUIT one without a checkpoint. */
export function end(launcher: Launcher, child: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): void {
  if (launcher.tied && signal === 'SIGINT') child.stdin?.end();
  else if (windows || !child.pid) child.kill(signal);
  else signalGroup(child.pid, signal);
}

/** To the group, for a shell may stand between. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has just ended.
  }
}

/** A first start on a slow disk takes half a minute. Milliseconds. */
const longest = 300_000;

/** Runs a program to its end with the text as its input; throws what it wrote when it fails. */
export function run(launcher: Launcher, program: string, args: string[], input = ''): void {
  const [command = '', ...rest] = commandLine(launcher, program, args);
  const done = spawnSync(command, rest, { ...options(launcher), input, encoding: 'utf8', timeout: longest });
  if (done.status !== 0) throw new Error(`${done.stdout}\n${done.stderr}\n${done.error?.message ?? ''}`);
}

/**
 * Runs the server until it ends or our end of the pipe is closed, by us or by our death.
 * A shell's background programs ignore SIGINT; Postgres sets a handler of its own.
 */
const tie = `exec 3<&0
"$@" </dev/null 3<&- & server=$!
(read -r _; kill -INT $server) <&3 & reader=$!
exec 3<&-
wait $server; status=$?
kill $reader 2>/dev/null
exit $status`;

function candidates(binaries: string, user: User | undefined): Launcher[] {
  const shell: Launcher = { binaries, before: [], user, tied: true };
  if (process.platform !== 'linux') return [shell];
  const setpriv = ['setpriv', '--no-new-privs', '--pdeathsig', 'INT'];
  if (!user) return [{ binaries, before: setpriv, tied: false }, shell];
  setpriv.push('--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups');
  // The last bit has access(2) heed the right too: Postgres asks it about its own programs.
  const passing = [
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=+dac_override',
    '--securebits=+no_setuid_fixup',
  ];
  return [
    { binaries, before: setpriv, tied: false },
    { binaries, before: [...setpriv, ...passing], tied: false },
    shell,
  ];
}

function reaches(launcher: Launcher, home: string): boolean {
  const script = 'cd "$1" && "$2" --version';
  const [command = '', ...rest] = [...launcher.before, '/bin/sh', '-c', script, 'sh', home];
  const postgres = path.join(launcher.binaries, 'postgres');
  return spawnSync(command, [...rest, postgres], { ...options(launcher), timeout: 20_000 }).status === 0;
}

const commandLine = (launcher: Launcher, program: string, args: string[]): string[] => [
  ...launcher.before,
  path.join(launcher.binaries, program),
  ...args,
];

/** Nothing of our environment is the database's business: no secrets, no PG* settings, no time zone. Windows needs its own. */
const environment = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:/run/current-system/sw/bin',
  TZ: 'UTC',
};

const options = ({ user }: Launcher) => ({
  cwd: windows ? undefined : '/',
  env: windows ? undefined : environment,
  windowsHide: true,
  ...(user && { uid: user.uid, gid: user.gid }),
});
