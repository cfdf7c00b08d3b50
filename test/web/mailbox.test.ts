import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { load } from 'cheerio';
import { simpleParser } from 'mailparser';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeMailer } from '../../src/jobs/mail/mailer.ts';
import { grantRole } from '../../src/services/people/commands.ts';
import { mailboxKey, mailboxUrl } from '../../src/shared/mailbox-key.ts';
import { asSystem, makeEvent, must, noon, secret, signUp } from '../support/factories.ts';
import { idle, openWorker } from '../support/jobs.ts';
import { type Agent, openSite, type TestSite } from '../support/site.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'turnout-mailbox-'));
const keyed = mailboxUrl({ baseUrl: '', secret });
let site: TestSite;
let reader: Agent;
beforeAll(async () => {
  site = await openSite({ mailbox: folder });
  reader = await opened();
});
afterAll(() => site.close());

/** Somebody who has opened the address that the console prints. */
const opened = async () => {
  const agent = site.browser();
  await agent.get(keyed).expect(303);
  return agent;
};
const shown = async (url: string) => load((await reader.get(url).expect(200)).text);

async function letters(count: number): Promise<void> {
  const mailer = makeMailer({ folder, from: 'Turnout <hello@turnout.example>' });
  for (let n = 0; n < count; n++)
    await mailer.send({
      id: `old-${n}@localhost`,
      at: new Date(noon.getTime() - (n + 1) * 60_000),
      to: { email: `reader${n % 2}@example.org` },
      message: { subject: `Old ${n}`, heading: 'Old', mood: 'plain', parts: [], footer: [] },
    });
}

describe('the mailbox', () => {
  it('is empty at first', async () => {
    expect((await shown('/dev/mail'))('.empty-heading').text()).toBe('No mail yet.');
  });

  it('shows a mail: HTML in a frame of its own, text with links, headers, files', async () => {
    const worker = await openWorker(site.base, site.url, undefined, folder);
    const event = await makeEvent(site.base, { name: 'Dinner <i>&</i> talk' });
    must(await signUp(site.base, event, 'Ann'));
    await idle(site.base);
    await worker.stop();
    const list = await shown('/dev/mail');
    const link = list('tbody a');
    expect([link.text(), list('td').first().text()]).toEqual([
      'You are coming: Dinner <i>&</i> talk',
      'ann@example.org',
    ]);
    const mail = await shown(link.attr('href')!);
    const manage = mail('.mail-text a')
      .toArray()
      .map((one) => mail(one).attr('href')!);
    expect(manage.some((href) => /^http:\/\/localhost:3000\/r\/[\w-]{43}$/.test(href))).toBe(true);
    expect(mail('.pairs').text()).toContain('Auto-Submitted');
    const frame = await reader.get(mail('iframe').attr('src')!);
    expect(frame.headers['content-security-policy']).toMatch(/default-src 'none'.*sandbox allow-popups/);
    const html = load(frame.text);
    expect(html('h1').text()).toContain('Dinner <i>&</i> talk');
    expect(html('img').attr('src')).toMatch(/^data:image\/png;base64,/);
    expect(html('base').attr('target')).toBe('_blank');
    const files = mail('a[href*="/attachments/"]')
      .toArray()
      .map((one) => mail(one).attr('href')!);
    const file = await reader.get(files[1]!).buffer().parse(collect);
    expect(file.headers['content-disposition']).toBe(`attachment; filename=${event.slug}.ics`);
    expect(String(file.body)).toContain('BEGIN:VCALENDAR');
    const source = await reader.get(mail('a[href$="/source"]').attr('href')!).buffer().parse(collect);
    expect((await simpleParser(source.body)).subject).toBe('You are coming: Dinner <i>&</i> talk');
  });

  it('comes in pages, the newest first, and can be searched by recipient', async () => {
    await letters(65);
    const seen: string[] = [];
    let url: string | undefined = '/dev/mail?to=READER1';
    for (let n = 0; url && n < 5; n++) {
      const page = await shown(url);
      seen.push(
        ...page('tbody a')
          .toArray()
          .map((one) => page(one).text()),
      );
      url = page('a[rel=next]').attr('href');
    }
    expect(seen).toEqual(Array.from({ length: 32 }, (_, n) => `Old ${2 * n + 1}`));
    expect((await shown('/dev/mail?to=nobody'))('.empty-heading').text()).toBe('No mail to such an address.');
  });

  it('has nothing outside its folder', async () => {
    for (const name of ['..%2f..%2fetc%2fpasswd', 'x', '00000000000000-000000000000'])
      for (const rest of ['', '/html', '/source', '/attachments/0'])
        await reader.get(`/dev/mail/${name}${rest}`).expect(404);
  });

  it('opens by the key alone, wherever the request comes from, and the key leaves the address at once', async () => {
    const asked = (path: string, headers: Record<string, string>) => request(site.app).get(path).set(headers);
    const strangers: Record<string, string>[] = [
      {},
      { 'X-Forwarded-For': '127.0.0.1' },
      { Host: 'localhost:3000', 'X-Forwarded-Host': 'localhost' },
      { Cookie: 'turnout-mailbox=' },
      { Cookie: `turnout-mailbox=${'x'.repeat(22)}` },
    ];
    for (const headers of strangers)
      for (const path of ['/dev/mail', '/dev/mail?key=x', '/dev/mail?key[]=x', '/dev/mail/x/source']) {
        const answer = await asked(path, headers);
        expect([path, answer.status]).toEqual([path, 403]);
        expect(answer.text).toContain('npm run turnout -- mailbox');
        expect(answer.text).not.toContain('@example.org');
      }
    const entered = await asked(keyed, { 'X-Forwarded-For': '203.0.113.7' });
    expect([entered.status, entered.headers.location]).toEqual([303, '/dev/mail']);
    expect(entered.headers['set-cookie']![0]).toBe(
      `turnout-mailbox=${mailboxKey(secret)}; Path=/dev/mail; HttpOnly; SameSite=Lax`,
    );
  });

  it('gives its key away nowhere: in no page of it, and to no other site', async () => {
    const list = await reader.get('/dev/mail');
    const name = load(list.text)('tbody a').first().attr('href')!;
    for (const path of ['/dev/mail', name, `${name}/html`]) {
      const answer = await reader.get(path).expect(200);
      expect(answer.text).not.toContain(mailboxKey(secret));
      expect(answer.headers['referrer-policy']).toBe('no-referrer');
    }
  });

  it('is not there when mail is sent, or the site is public', async () => {
    const sending = await openSite({ noMail: true });
    await sending.browser().get(keyed).expect(404);
    must(
      await grantRole(asSystem(sending.base), { email: 'o@example.org', role: 'organiser', eventId: null }),
    );
    const olga = await sending.signedIn('o@example.org');
    expect((await olga.get('/organise').expect(200)).text).toContain('This site sends no mail');
    await sending.close();
  });
});

function collect(res: request.Response, done: (error: Error | null, body: Buffer) => void) {
  const chunks: Buffer[] = [];
  res.on('data', (chunk: Buffer) => chunks.push(chunk));
  res.on('end', () => done(null, Buffer.concat(chunks)));
}
