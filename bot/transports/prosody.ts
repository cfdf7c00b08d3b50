import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Xmpp } from '../../src/config.ts';
import type { Log } from '../../src/log.ts';
import { writeAccount } from './prosody/account.ts';
import { type Child, startChild } from './prosody/child.ts';
import { freePorts } from './prosody/ports.ts';
import { findProsody } from './prosody/program.ts';
import { configuration, domain, files } from './prosody/settings.ts';

export { findProsody } from './prosody/program.ts';

export type Prosody = {
  /** For `startXmpp`. */
  config: Xmpp & { mode: 'client' };
  botJid: string;
  domain: string;
  port: number;
  /** Of the running server; another one after it was lost and started again. */
  pid(): number | undefined;
  /** Makes an account, or gives it another password. */
  addUser(jid: string, password: string): void;
  stop(): Promise<void>;
};

export type ProsodyOptions = {
  /** Made if it is missing, for the owner alone; all that the server keeps is below it. */
  folder: string;
  log: Log;
  program?: string;
  /** More Lua for its configuration: global settings, and hosts, with ports from `ports` by name. */
  ports?: string[];
  globals?: (ports: Record<string, number>) => string;
  hosts?: string;
};

/**
 * Starts a private Prosody on free loopback ports, as an ordinary process that ends with this one and is started again when it is lost.
 * The bot is a client of it, not a component: it has a roster, messages wait for it while it is away, and none is lost
 * between the server and us. Rejects with one line when it cannot be started.
 */
export async function startProsody(options: ProsodyOptions): Promise<Prosody> {
  const { folder: given, log, program = findProsody() } = options;
  if (!program) throw new Error('There is no prosody program here: install Prosody, or set XMPP_SERVICE');
  const folder = path.resolve(given);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const { ports, child: first } = await launch(program, folder, options);
  const port = ports.c2s ?? 0;
  let child = first;
  let stopped = false;
  let reviving: Promise<void> | undefined;

  const botJid = `turnout@${domain}`;
  // A new one each time: it is on no disk. Not before the server runs: another one of this folder would lose its bot.
  // So long a random password gains nothing by many rounds, and the bot would go through them at every login.
  const password = randomBytes(18).toString('base64url');
  writeAccount(files(folder).data, botJid, password, 1);

  const revive = async (tries: number) => {
    for (let wait = 500; !stopped; wait = Math.min(wait * 2, 60_000)) {
      log.warn('prosody: it ended, starting it again');
      await sleep(wait, undefined, { ref: false });
      if (stopped) return;
      const again = startChild(program, ['-F', '--config', files(folder).config], files(folder).log);
      child = again;
      if ((await settled(again, Object.values(ports))) === 'ready') return follow(again);
      await again.end();
      if (tries-- === 0) return log.error(`prosody: it does not start again (${files(folder).log})`);
    }
  };
  const follow = (one: Child) => {
    const lost = () => {
      if (!stopped) reviving = revive(10);
    };
    if (one.isGone()) lost();
    else one.process.once('exit', lost);
  };
  follow(child);
  log.info(`prosody: ${domain} is at 127.0.0.1:${port}`);
  return {
    config: { mode: 'client', service: `xmpp://127.0.0.1:${port}`, jid: botJid, password },
    botJid,
    domain,
    port,
    pid: () => (child.isGone() ? undefined : child.process.pid),
    addUser: (jid, secret) => writeAccount(files(folder).data, jid, secret),
    stop: async () => {
      stopped = true;
      await child.end();
      await Promise.race([reviving, sleep(1_000, undefined, { ref: false })]);
    },
  };
}

/** Several tries, for a port can be taken between our look at it and the server's. */
async function launch(program: string, folder: string, options: ProsodyOptions) {
  const { ports: names = [], globals, hosts } = options;
  const { config, log } = files(folder);
  for (let tries = 3; ; tries--) {
    const ports = await freePorts(folder, ['c2s', ...names]);
    const c2s = ports.c2s ?? 0;
    writeFileSync(config, configuration({ folder, c2s, globals: globals?.(ports), hosts }), {
      mode: 0o600,
    });
    const child = startChild(program, ['-F', '--config', config], log);
    const state = await settled(child, Object.values(ports));
    if (state === 'ready') return { child, ports };
    const reason = lastWord(child.output());
    await child.end();
    if (state !== 'taken' || tries === 0) throw new Error(`Prosody does not start: ${reason} (${log})`);
  }
}

/** Its own log says whether it has the ports: a look at a port alone would find whoever has it. */
async function settled(child: Child, ports: number[]): Promise<'ready' | 'taken' | 'ended'> {
  for (let look = 0; look < 500 && !child.isGone(); look++) {
    const said = child.output();
    if (/Failed to open server port/.test(said)) return 'taken';
    if (ports.every((port) => said.includes(` on [127.0.0.1]:${port}\n`))) return 'ready';
    await sleep(20);
  }
  return 'ended';
}

const lastWord = (output: string): string =>
  output
    .split('\n')
    .filter((line) => /error|warn|already|failed|cannot/i.test(line))
    .at(-1)
    ?.replace(/^.*?\t/, '')
    .trim() ?? 'it ended without a word';
