import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Xmpp } from '../../src/config.ts';
import type { Log } from '../../src/log.ts';
import { writeAccount } from './prosody/account.ts';
import { freePorts } from './prosody/ports.ts';
import { findProsody } from './prosody/program.ts';
import { othersIn } from './prosody/running.ts';
import { boot, keepRunning, lastWord, type Site } from './prosody/server.ts';
import { configuration, domain, files } from './prosody/settings.ts';

export { findProsody } from './prosody/program.ts';

export type Prosody = {
  /** For `startXmpp`. */
  config: Xmpp & { mode: 'client' };
  botJid: string;
  domain: string;
  port: number;
  /** An account for whoever tries it out; the console says its password. */
  guest: { jid: string; password: string };
  /** The line for a shell that makes another account; it asks for the password. */
  makeAccount: string;
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
  const other = await othersIn(folder);
  if (other)
    throw new Error(`Another Prosody runs in ${folder} (process ${other}): is Turnout started twice?`);
  const { site, child } = await launch(program, folder, options);
  const server = keepRunning(site, child, log);
  const [port = 0] = site.ports;

  const botJid = `turnout@${domain}`;
  // A new one each time: it is on no disk. Not before the server runs: another one of this folder would lose its bot.
  // So long a random password gains nothing by many rounds, and the bot would go through them at every login.
  const password = randomBytes(18).toString('base64url');
  writeAccount(files(folder).data, botJid, password, 1);
  const guest = { jid: `you@${domain}`, password: keptPassword(folder) };
  writeAccount(files(folder).data, guest.jid, guest.password);
  log.info(`prosody: ${domain} is at 127.0.0.1:${port}`);
  return {
    config: { mode: 'client', service: `xmpp://127.0.0.1:${port}`, jid: botJid, password },
    botJid,
    domain,
    port,
    guest,
    makeAccount: `prosodyctl --config ${quoted(files(folder).config)} adduser ann@${domain}`,
    pid: () => (server.child().isGone() ? undefined : server.child().process.pid),
    addUser: (jid, secret) => writeAccount(files(folder).data, jid, secret),
    stop: server.stop,
  };
}

/** The guest's, as random as the bot's, and the same at every start: clients keep it. */
function keptPassword(folder: string): string {
  const file = files(folder).guest;
  if (!existsSync(file)) writeFileSync(file, randomBytes(12).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/** Several tries, for a port can be taken between our look at it and the server's. */
async function launch(program: string, folder: string, options: ProsodyOptions) {
  const { ports: names = [], globals, hosts } = options;
  const { config, log } = files(folder);
  for (let tries = 3; ; tries--) {
    const ports = await freePorts(folder, ['c2s', ...names]);
    const { c2s = 0 } = ports;
    const lua = configuration({ folder, c2s, globals: globals?.(ports), hosts });
    writeFileSync(config, lua, { mode: 0o600 });
    const site: Site = { program, folder, ports: Object.values(ports) };
    const { child, state } = await boot(site);
    if (state === 'ready') return { child, site };
    if (state === 'taken' && tries > 0) continue;
    throw new Error(`Prosody does not start: ${lastWord(child.output())} (${log})`);
  }
}

/** For a shell, where it has to be. */
const quoted = (file: string): string =>
  /^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", `'\\''`)}'`;
