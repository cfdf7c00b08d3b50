import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { personByEmail } from '../../src/services/people/queries.ts';
import { idle, openWorker } from '../support/jobs.ts';
import { openSite, type TestSite } from '../support/site.ts';
import { startSmtp } from '../support/smtp.ts';

let site: TestSite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

describe('what somebody may ask for of their data', () => {
  it('is a copy, by mail, as a file', async () => {
    const smtp = await startSmtp();
    const ann = await site.signedIn('ann@example.org');
    await ann.post('/me/data').expect(303).expect('Location', '/me?said=data_mailed');
    await ann.post('/me/data').expect(303);
    const worker = await openWorker(site.base, site.url, smtp.url);
    await idle(site.base);
    await worker.stop();
    await smtp.close();
    expect(smtp.received.map((one) => one.to)).toEqual([['ann@example.org']]);
    const [file] = smtp.received[0]!.mail.attachments;
    expect([file!.filename, file!.contentType]).toEqual(['my-data.json', 'application/json']);
    expect(JSON.parse(file!.content.toString()).person).toMatchObject({ email: 'ann@example.org' });
    await site.browser().post('/me/data').expect(403);
  });

  it('is to be forgotten, with the address typed in full', async () => {
    const bob = await site.signedIn('bob@example.org');
    const page = load((await bob.get('/me/forget').expect(200)).text);
    expect(page('form[action="/me/forget"] input[name=email]').length).toBe(1);
    const wrong = await bob.post('/me/forget').type('form').send({ email: 'bo@example.org' });
    expect(wrong.status).toBe(422);
    const $ = load(wrong.text);
    expect($('input[name=email]').val()).toBe('bo@example.org');
    expect($('.errors, [role=alert], .field-error').text()).toContain(
      'bob@example.org. Nothing has been removed.',
    );
    expect(await personByEmail(site.base.db, 'bob@example.org')).toBeDefined();
    const done = await bob.post('/me/forget').type('form').send({ email: ' Bob@example.org ' });
    expect([done.status, done.headers.location]).toEqual([303, '/?said=forgotten']);
    expect(await personByEmail(site.base.db, 'bob@example.org')).toBeUndefined();
    await bob.get('/me').expect(303);
  });
});
