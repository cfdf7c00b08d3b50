import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeAccount } from '../../bot/transports/prosody/account.ts';
import { files } from '../../bot/transports/prosody/settings.ts';
import { type Prosody, startProsody } from '../../bot/transports/prosody.ts';
import type { Xmpp } from '../../src/config.ts';
import { quiet } from './logs.ts';
import { programPath } from './needs.ts';
import { joinAs, type User } from './xmpp-user.ts';

/** A Prosody of its own for a test file: what the bot is given where there is no server, with the parts that tests need beside. */
export type TestServer = {
  prosody: Prosody;
  folder: string;
  /** How a component gets in: `bot.localhost`, `other.localhost`, `old.localhost`. There is a room service at `muc.localhost`. */
  component(domain?: string): Xmpp & { mode: 'component' };
  /** The bot's account over a WebSocket. */
  webSocket(): Xmpp;
  /** A person with an account, in an ordinary client. */
  user(name?: string): Promise<User>;
  stop(): Promise<void>;
};

const secret = 'component-secret';
const components = ['bot.localhost', 'other.localhost', 'old.localhost'];

export async function openServer(
  options: { tls?: { key: string; certificate: string } } = {},
): Promise<TestServer> {
  const { tls } = options;
  const folder = mkdtempSync(path.join(tmpdir(), 'turnout-prosody-'));
  let ports: Record<string, number> = {};
  const prosody = await startProsody({
    folder,
    log: quiet,
    program: programPath('prosody'),
    ports: ['component', 'http'],
    globals: (given) => {
      ports = given;
      return `component_ports = { ${ports.component} }
http_ports = { ${ports.http} }
http_interfaces = { "127.0.0.1" }
http_default_host = "localhost"
consider_websocket_secure = true`;
    },
    hosts: `modules_enabled = { "websocket"${tls ? ', "tls"' : ''} }
${tls ? `ssl = { key = "${tls.key}"; certificate = "${tls.certificate}" }` : ''}
Component "muc.localhost" "muc"
muc_room_locking = false
${components.map((name) => `Component "${name}"\ncomponent_secret = "${secret}"`).join('\n')}`,
  });
  const users: User[] = [];
  return {
    prosody,
    folder,
    component: (domain = 'bot.localhost') => ({
      mode: 'component',
      service: `xmpp://127.0.0.1:${ports.component}`,
      domain,
      secret,
    }),
    webSocket: () => ({ ...prosody.config, service: `ws://127.0.0.1:${ports.http}/xmpp-websocket` }),
    user: async (name = `p${randomBytes(4).toString('hex')}`) => {
      const password = 'secret';
      // As few rounds as can be: the client's SCRAM is plain JavaScript.
      writeAccount(files(folder).data, `${name}@localhost`, password, 1);
      const user = await joinAs(prosody.port, name, password);
      users.push(user);
      return user;
    },
    stop: async () => {
      await Promise.all(users.map((user) => user.leave()));
      await prosody.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
