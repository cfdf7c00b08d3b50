import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../bot/transports/prosody/ports.ts';
import type { Xmpp } from '../../src/config.ts';
import { joinAs, type User } from './xmpp-user.ts';

/** An ejabberd of its own for a test file, as Debian packages it, without Erlang's distribution. */
export type Ejabberd = {
  port: number;
  /** An account, made when there is none. */
  account(name: string): Promise<Xmpp>;
  component(): Xmpp & { mode: 'component' };
  user(name: string): Promise<User>;
  /** Ends it as an administrator would, and starts it again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

const password = 'secret';

export async function openEjabberd(): Promise<Ejabberd> {
  const folder = mkdtempSync(path.join(tmpdir(), 'turnout-ejabberd-'));
  mkdirSync(path.join(folder, 'spool'));
  const { port, component } = await freePorts(folder, ['port', 'component'] as const);
  writeFileSync(path.join(folder, 'ejabberd.yml'), configuration(port, component));
  let child = await boot(folder, port);
  const users: User[] = [];
  return {
    port,
    account: async (name) => {
      await makeAccount(port, name);
      return { mode: 'client', service: `xmpp://127.0.0.1:${port}`, jid: `${name}@localhost`, password };
    },
    component: () => ({
      mode: 'component',
      service: `xmpp://127.0.0.1:${component}`,
      domain: 'bot.localhost',
      secret: password,
    }),
    user: async (name) => {
      await makeAccount(port, name);
      const user = await joinAs(port, name, password);
      users.push(user);
      return user;
    },
    restart: async () => {
      await end(child);
      child = await boot(folder, port);
    },
    stop: async () => {
      await Promise.all(users.map((user) => user.leave()));
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const configuration = (port: number, forComponents: number) => `hosts: ["localhost"]
loglevel: warning
listen:
  - {port: ${port}, ip: "127.0.0.1", module: ejabberd_c2s, starttls: false}
  - port: ${forComponents}
    ip: "127.0.0.1"
    module: ejabberd_service
    hosts: {"bot.localhost": {password: "${password}"}}
auth_method: internal
registration_timeout: infinity
modules:
  mod_disco: {}
  mod_ping: {}
  mod_roster: {}
  mod_offline: {}
  mod_mam: {default: always}
  mod_stream_mgmt: {resend_on_timeout: true}
  mod_muc: {host: "muc.localhost", access_create: all}
  mod_register: {ip_access: all, access: all}
`;

async function boot(folder: string, port: number): Promise<ChildProcess> {
  const at = (name: string) => path.join(folder, name);
  const child = spawn('erl', ['-noinput', '-mnesia', 'dir', `"${at('spool')}"`, '-s', 'ejabberd'], {
    cwd: folder,
    stdio: 'ignore',
    env: {
      ...process.env,
      HOME: folder,
      ERL_LIBS: '/usr/lib/x86_64-linux-gnu:/usr/lib/aarch64-linux-gnu:/usr/lib',
      EJABBERD_CONFIG_PATH: at('ejabberd.yml'),
      EJABBERD_LOG_PATH: at('ejabberd.log'),
    },
  });
  for (let tries = 0; tries < 150; tries++) {
    if (child.exitCode !== null) break;
    if (await listens(port)) return child;
    await sleep(100);
  }
  child.kill('SIGKILL');
  throw new Error(`ejabberd did not start: ${readFileSync(at('ejabberd.log'), 'utf8').slice(-2000)}`);
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 8_000);
  await gone;
  clearTimeout(late);
}

/** In-band registration (XEP-0077); an account that there is already is left as it is. */
async function makeAccount(port: number, name: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('utf8');
  await once(socket, 'connect');
  socket.write(
    `<stream:stream to="localhost" version="1.0" xmlns="jabber:client" xmlns:stream="http://etherx.jabber.org/streams">` +
      `<iq type="set" id="r" to="localhost"><query xmlns="jabber:iq:register"><username>${name}</username><password>${password}</password></query></iq>`,
  );
  let said = '';
  for await (const text of socket) {
    said += text;
    if (/<iq[^>]* id=['"]r['"]/.test(said)) break;
  }
  socket.destroy();
  if (!/type=['"]result['"]|<conflict/.test(said)) throw new Error(`no account for ${name}: ${said}`);
}
