import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
const programs = {
  PROSODY: { names: ['prosody'], debian: 'prosody' },
  EJABBERD: { names: ['ejabberdctl'], debian: 'ejabberd' },
  NGINX: { names: ['nginx'], debian: 'nginx-light' },
  CADDY: { names: ['caddy'], debian: 'caddy' },
  CHROMIUM: {
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', chrome],
    debian: 'chromium',
  },
};

/** The programs that are here, as the variables that tests read. A path given by hand wins. */
export function findPrograms(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [variable, { names }] of Object.entries(programs)) {
    const file = process.env[variable] || names.map(locate).find(Boolean);
    if (file) found[variable] = file;
  }
  return found;
}

/** Installs what is missing where that is ours to do (root on Debian, as in a CI container), else says what to install. */
export function provide(): void {
  const found = findPrograms();
  const missing = Object.entries(programs).filter(([variable]) => !found[variable]);
  if (missing.length === 0) return;
  const packages = missing.map(([, program]) => program.debian);
  if (process.getuid?.() === 0 && isDebian() && locate('apt-get')) install(packages);
  else console.error(`Some tests need ${packages.join(' and ')}: install what is missing to run these too`);
}

function locate(name: string): string | undefined {
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    '/usr/bin',
    '/usr/sbin',
    '/opt/homebrew/bin',
  ];
  return folders.map((folder) => path.resolve(folder, name)).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Not Ubuntu: its package of Chromium only points to a snap. */
function isDebian(): boolean {
  return existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

function install(packages: string[]): void {
  console.error(`Installing ${packages.join(' and ')} for the tests (apt-get)`);
  const forbidden = forbidServices();
  const done = apt('install', ...packages) || (apt('update') && apt('install', ...packages));
  if (forbidden) rmSync(forbidden, { force: true });
  if (!done) console.error(`apt-get could not install ${packages.join(' and ')}`);
}

function apt(verb: string, ...packages: string[]): boolean {
  const options = ['-qq', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  return (
    spawnSync('apt-get', [...options, verb, ...packages], { stdio: 'ignore', env, timeout: 600_000 })
      .status === 0
  );
}

/** Debian asks this file before it starts the service of a package that it installs. */
function forbidServices(): string | undefined {
  const file = '/usr/sbin/policy-rc.d';
  if (existsSync(file)) return undefined;
  try {
    writeFileSync(file, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    return file;
  } catch {
    return undefined;
  }
}
