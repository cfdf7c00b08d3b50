import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { programPath } from './needs.ts';
import { freePort } from './turnout.ts';

/** A real proxy on loopback, in front of a port. */
export type Front = { url: string; stop(): Promise<void> };
export type Program = 'nginx' | 'caddy';

const deployed = (file: string) => readFileSync(path.join(import.meta.dirname, '../../deploy', file), 'utf8');

/** `plain`: the plainest example of its manual. `ours`: the example in deploy/, with its addresses made those of the test. */
const configurations: Record<Program, Record<'plain' | 'ours', (port: number, to: number) => string>> = {
  nginx: {
    plain: (port, to) => `server {
  listen 127.0.0.1:${port};
  location / {
    proxy_pass http://127.0.0.1:${to};
  }
}`,
    ours: (port, to) =>
      put(deployed('nginx.conf'), [
        ['listen 80;', `listen 127.0.0.1:${port};`],
        ['http://127.0.0.1:3000;', `http://127.0.0.1:${to};`],
      ]),
  },
  caddy: {
    plain: (port, to) => `http://:${port} {\n\tbind 127.0.0.1\n\treverse_proxy 127.0.0.1:${to}\n}`,
    ours: (port, to) =>
      put(deployed('Caddyfile'), [
        ['events.example.org {', `http://:${port} {\n\tbind 127.0.0.1`],
        ['127.0.0.1:3000', `127.0.0.1:${to}`],
      ]),
  },
};

function put(text: string, changes: [string, string][]): string {
  return changes.reduce((now, [from, to]) => {
    if (!now.includes(from)) throw new Error(`The example has no “${from}”`);
    return now.replaceAll(from, to);
  }, text);
}

/** Starts the program as a process of its own, with all that it keeps in a folder of its own. */
export async function startProxy(program: Program, which: 'plain' | 'ours', to: number): Promise<Front> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), 'turnout-proxy-'));
  chmodSync(folder, 0o755);
  const text = configurations[program][which](port, to);
  const child = program === 'nginx' ? runNginx(folder, text) : runCaddy(folder, text);
  let said = '';
  child.stderr!.on('data', (data) => {
    said += data;
  });
  const url = `http://127.0.0.1:${port}`;
  for (let look = 0; look < 300 && !(await answers(url)); look++) {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${said}`);
    await sleep(50);
  }
  return {
    url,
    stop: async () => {
      if (child.exitCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const answers = (url: string) =>
  fetch(`${url}/healthz`).then(
    (answer) => answer.ok,
    () => false,
  );

/** What is around the example: folders of its own, and no daemon. */
function runNginx(folder: string, server: string): ChildProcess {
  const kept = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const config = `daemon off;
worker_processes 1;
pid ${folder}/pid;
error_log stderr;
events {}
http {
  access_log off;
  ${kept.join('\n  ')}
  ${server}
}
`;
  writeFileSync(path.join(folder, 'nginx.conf'), config);
  const args = ['-p', folder, '-e', 'stderr', '-c', path.join(folder, 'nginx.conf')];
  return spawn(programPath('nginx'), args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function runCaddy(folder: string, site: string): ChildProcess {
  const file = path.join(folder, 'Caddyfile');
  // Neither its port for changes nor certificates: several may run beside one another.
  writeFileSync(file, `{\n\tadmin off\n\tauto_https off\n}\n${site}\n`);
  return spawn(programPath('caddy'), ['run', '--config', file, '--adapter', 'caddyfile'], {
    env: { PATH: process.env.PATH, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}
