import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantRole } from '../../../src/services/people/commands.ts';
import { asSystem, makeEvent, must, signUp } from '../../support/factories.ts';
import { type Agent, openSite, type TestSite } from '../../support/site.ts';

let site: TestSite;
let organiser: Agent;
beforeAll(async () => {
  site = await openSite();
  must(await grantRole(asSystem(site.base), { email: 'org@example.org', role: 'organiser', eventId: null }));
  organiser = await site.signedIn('org@example.org');
});
afterAll(() => site.close());

describe('/organise/events/:slug/announce', () => {
  it('shows what will be sent and to how many, can go back to it, and sends it once', async () => {
    const event = await makeEvent(site.base);
    must(await signUp(site.base, event, 'Ann'));
    const path = `/organise/events/${event.slug}/announce`;
    const post = (fields: object) => organiser.post(path).type('form').send(fields);
    const form = load((await organiser.get(path).expect(200)).text);
    const nonce = form('input[name=nonce]').val();
    const typed = { nonce, text: 'Round the <corner>', audience: 'coming' };
    const preview = load((await post({ ...typed, step: 'preview' }).expect(200)).text);
    expect(preview('.announced').first().text()).toBe('Round the <corner>');
    expect(preview('button[value=send]').text().trim()).toBe('Send to one');
    const edited = load((await post({ ...typed, step: 'edit' }).expect(200)).text);
    expect(edited('textarea[name=text]').val()).toBe('Round the <corner>');
    for (const _ of [1, 2]) await post({ ...typed, step: 'send' }).expect(303);
    const after = load((await organiser.get(path)).text);
    expect(
      after('.announced')
        .toArray()
        .map((one) => after(one).text()),
    ).toEqual(['Round the <corner>']);
  });

  it('says what is wrong and keeps what was typed; is closed to everybody else', async () => {
    const event = await makeEvent(site.base);
    const path = `/organise/events/${event.slug}/announce`;
    const long = 'x'.repeat(2001);
    for (const text of ['', long]) {
      const answer = await organiser.post(path).type('form').send({ text, step: 'send' });
      expect(answer.status).toBe(422);
      expect(load(answer.text)('textarea[name=text]').val()).toBe(text === long ? long : '');
    }
    const other = await site.signedIn('other@example.org');
    await other.post(path).type('form').send({ text: 'Hello', step: 'send' }).expect(403);
    await site.browser().get(path).expect(303);
  });
});
