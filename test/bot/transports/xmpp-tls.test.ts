import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { describeWith } from '../../support/needs.ts';
import { openServer, type TestServer } from '../../support/prosody.ts';
import { proxyTo } from '../../support/proxy.ts';
import { startBot } from '../../support/xmpp-bot.ts';
import { spawnBot } from '../../support/xmpp-child.ts';

describeWith('prosody', 'the bot over an encrypted stream', () => {
  let server: TestServer;
  let folder: string;
  const certificate = () => path.join(folder, 'certificate.pem');
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'turnout-tls-'));
    const key = path.join(folder, 'key.pem');
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const files = ['-keyout', key, '-out', certificate()];
    const made = spawnSync('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      ...subject,
      ...files,
    ]);
    if (made.status !== 0) throw new Error(`openssl cannot make a certificate: ${made.stderr}`);
    server = await openServer({ tls: { key, certificate: certificate() } });
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('logs in where the certificate is known, though the host is not trusted', async () => {
    const proxy = await proxyTo(server.prosody.port);
    const xmpp = { ...server.prosody.config, service: `xmpp://127.0.0.1:${proxy.port}` };
    const file = path.join(folder, 'keys');
    const child = spawnBot({ xmpp, file, strict: true }, { NODE_EXTRA_CA_CERTS: certificate() });
    await vi.waitFor(() => expect(child.said()).toContain('is online'), 15_000);
    expect(proxy.sent()).toContain('<starttls');
    expect(proxy.sent()).not.toContain('<auth');
    await child.kill();
    await proxy.close();
  });

  test('shows no password to a server whose certificate nobody vouches for', async () => {
    const proxy = await proxyTo(server.prosody.port);
    const xmpp = { ...server.prosody.config, service: `xmpp://127.0.0.1:${proxy.port}` };
    const bot = await startBot({ xmpp, wait: false });
    await vi.waitFor(() => expect(bot.logs.said()).toMatch(/self-signed certificate.*NODE_EXTRA_CA_CERTS/));
    expect(proxy.sent()).toContain('<starttls');
    expect(proxy.sent()).not.toContain('<auth');
    expect(bot.online()).toBe(false);
    await bot.stop();
    await proxy.close();
  });
});
