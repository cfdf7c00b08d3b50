import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkByCode, mailLinkCode, signInLink } from '../../src/services/people/commands.ts';
import { mailedCode } from '../../src/services/people/linking.ts';
import { actorOfAddress } from '../../src/services/people/speakers.ts';
import { register, revokeLink } from '../../src/services/registrations/commands.ts';
import {
  mailedTicketToken,
  mailedToken,
  manageToken,
  registrationById,
  registrationByToken,
  ticketToken,
} from '../../src/services/registrations/queries.ts';
import { urlToken } from '../../src/shared/ids.ts';
import {
  as,
  asSystem,
  asVisitor,
  mailed,
  makeEvent,
  must,
  registered,
  secret,
  signUp,
} from '../support/factories.ts';
import { type Agent, openSite, type TestSite } from '../support/site.ts';

// Whoever types an address is shown a link to what they registered; whoever reads the mailbox has another.

const key = 'a-key-of-the-tests';
let site: TestSite;
beforeAll(async () => {
  site = await openSite({ imified: { key } });
});
afterAll(() => site.close());

let count = 0;
/** A stranger has registered somebody else's address: all links to it, and how to look at it. */
async function stranger(more: object = {}) {
  const event = await makeEvent(site.base, more);
  const name = `Vic${++count}`;
  const row = must(await signUp(site.base, event, name, { requestKey: `web:${name}` }));
  const email = `${name.toLowerCase()}@example.org`;
  const now = async () => (await registrationById(site.base.db, row.id))!;
  return {
    ...{ event, row, email, name, now },
    shown: `/r/${manageToken(secret, row)}`,
    shownTicket: `/t/${ticketToken(secret, row)}`,
    mailed: `/r/${mailedToken(secret, mailed(row))}`,
    mailedTicket: `/t/${mailedTicketToken(secret, mailed(row))}`,
  };
}
const status = async (path: string) => (await site.browser().get(path)).status;
const linkMails = async (person: number) => {
  const found = await site.base.db.$client.query(
    `select count(*)::int n from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
      where t.identifier = 'mail_links' and (j.payload->>'person')::int = $1`,
    [person],
  );
  return found.rows[0].n;
};

/** What is left after the first proof: the stranger has nothing, the mailbox all that it had. */
async function endsTheShown(of: Awaited<ReturnType<typeof stranger>>) {
  expect(await status(of.shown)).toBe(404);
  expect(await status(of.shownTicket)).toBe(404);
  expect(await status(`${of.shown}/party`)).toBe(404);
  for (const what of ['cancel', 'listed', 'party', 'coming', 'take', 'prove'])
    expect((await site.browser().post(`${of.shown}/${what}`)).status).toBe(404);
  expect(await status(of.mailed)).toBe(200);
  expect(await status(of.mailedTicket)).toBe(200);
  expect(await of.now()).toMatchObject({ state: 'confirmed', verified: true });
}

describe('the first proof of an address', () => {
  it('by the mailed link ends what was shown, and mails nothing that they have open', async () => {
    const of = await stranger();
    const page = load((await site.browser().get(of.mailed)).text);
    const form = page(`form[action="${of.mailed}/prove"]`);
    expect(form.text().trim()).toBe('Yes, this is my address');
    // Mail scanners open links.
    for (let n = 0; n < 3; n++) await site.browser().get(of.mailed).expect(200);
    expect(await of.now()).toMatchObject({ verified: false });
    const pressed = await site.browser().post(`${of.mailed}/prove`);
    expect([pressed.status, pressed.headers.location]).toEqual([303, `${of.mailed}?said=proved`]);
    await endsTheShown(of);
    expect(await linkMails((await of.now()).personId)).toBe(0);
    expect((await site.browser().get(of.mailed)).text).not.toContain('/prove"');
    // Again is no error, and ends nothing more.
    const after = await of.now();
    await site.browser().post(`${of.mailed}/prove`).expect(303);
    expect((await of.now()).generation).toBe(after.generation);
  });

  it('by signing in ends what was shown, and mails the links', async () => {
    const of = await stranger();
    const owner = await site.signedIn(of.email);
    await endsTheShown(of);
    expect(await linkMails((await of.now()).personId)).toBe(1);
    // The owner's own old tab goes on to the same registration.
    const on = await owner.get(of.shown);
    expect([on.status, on.headers.location]).toEqual([303, `/r/${manageToken(secret, await of.now())}`]);
    await site.signedIn(of.email);
    expect(await linkMails((await of.now()).personId)).toBe(1);
  });

  it('by a code told to the bot does so too', async () => {
    const of = await stranger();
    const actor = await actorOfAddress(site.base.db, 'xmpp:vic@example.org');
    const ctx = as(site.base, actor.actor);
    must(await mailLinkCode(ctx, { email: of.email }));
    const { rows } = await site.base.db.$client.query('select max(id)::int id from chat_codes');
    must(await linkByCode(ctx, mailedCode(secret, rows[0].id)));
    await endsTheShown(of);
  });

  it('by any button on the page of a mailed link does so too', async () => {
    const of = await stranger();
    await site.browser().post(`${of.mailed}/listed`).type('form').send({ listed: 'yes' }).expect(303);
    await endsTheShown(of);
    expect(await of.now()).toMatchObject({ listed: true });
  });

  it('is not made by a link that was shown, whatever is pressed on its page', async () => {
    const of = await stranger();
    expect((await site.browser().get(of.shown)).text).not.toContain('/prove"');
    const pressed = await site.browser().post(`${of.shown}/prove`);
    expect(pressed.status).toBe(403);
    expect(pressed.text).toContain('Only the link in the mail');
    await site.browser().post(`${of.shown}/listed`).type('form').send({ listed: 'yes' }).expect(303);
    expect(await of.now()).toMatchObject({ verified: false, listed: true });
  });

  it('keeps the browser in which both were open: the old tab goes on to the mailed link', async () => {
    const of = await stranger();
    const browser = site.browser();
    await browser.get(of.shown).expect(200);
    await browser.post(`${of.mailed}/prove`).expect(303);
    const on = await browser.get(of.shown);
    expect([on.status, on.headers.location]).toEqual([303, of.mailed]);
    const other = await stranger();
    await site.browser().post(`${other.mailed}/prove`);
    await browser.get(other.shown).expect(404);
  });

  it('is for all registrations of the address: also the older and the cancelled', async () => {
    const of = await stranger();
    const second = await makeEvent(site.base);
    const other = must(await signUp(site.base, second, of.name));
    await site.browser().post(`${of.mailed}/prove`).expect(303);
    expect(await status(`/r/${manageToken(secret, other)}`)).toBe(404);
    expect(await status(`/r/${mailedToken(secret, mailed(other))}`)).toBe(200);
    expect(await linkMails((await of.now()).personId)).toBe(1);
  });
});

describe('a form that is sent again after the proof', () => {
  it('gives the stranger the link that has ended, not the one of the owner', async () => {
    const of = await stranger();
    await site.signedIn(of.email);
    const again = registered(
      await register(asVisitor(site.base), {
        event: of.event.slug,
        name: of.name,
        email: of.email,
        answers: {},
        requestKey: `web:${of.name}`,
      }),
    );
    expect(again).toMatchObject({ id: of.row.id, repeated: true });
    expect(await registrationByToken(site.base, manageToken(secret, again))).toBeUndefined();
  });
});

describe('tokens', () => {
  it('open what their purpose is for, and nothing else', async () => {
    const of = await stranger();
    const { key } = of.row;
    const purposes = ['manage', 'mailed', 'ticket', 'mailed-ticket', 'sign-in', 'proof', 'unsubscribe'];
    const opens: Record<string, string[]> = { r: ['manage', 'mailed'], t: ['ticket', 'mailed-ticket'] };
    for (const [door, those] of Object.entries(opens))
      for (const purpose of purposes) {
        const right = await status(`/${door}/${urlToken(secret, purpose, key, 0)}`);
        expect([door, purpose, right]).toEqual([door, purpose, those.includes(purpose) ? 200 : 404]);
        expect(await status(`/${door}/${urlToken(secret, purpose, key, 1)}`)).toBe(404);
      }
    for (const purpose of purposes.slice(1)) {
      const posted = await site
        .browser()
        .post(`/sign-in/${urlToken(secret, purpose === 'sign-in' ? 'x' : purpose, key)}`);
      expect(posted.status).toBe(404);
    }
  });

  it('of both kinds end when an organiser revokes them', async () => {
    const of = await stranger();
    must(await revokeLink(asSystem(site.base), of.event.slug, of.row.id));
    for (const path of [of.shown, of.shownTicket, of.mailed, of.mailedTicket])
      expect(await status(path)).toBe(404);
    expect(await status(`/r/${mailedToken(secret, await of.now())}`)).toBe(200);
    // A sign-in link is for the person; it opens no registration.
    const link = new URL(await signInLink(asSystem(site.base), of.email)).pathname.replace(
      '/sign-in/',
      '/r/',
    );
    expect(await status(link)).toBe(404);
  });
});

describe('an address that was proved before', () => {
  let owners = 0;
  /** Somebody who has signed in before, and an event that is new to them. */
  async function owner() {
    const email = `owner${++owners}@example.org`;
    const browser = await site.signedIn(email);
    const event = await makeEvent(site.base);
    const form = `/events/${event.slug}/register`;
    const rows = async () =>
      (
        await site.base.db.$client.query(
          `select r.id, r.key, r.generation, r.mail_generation "mailGeneration", r.state, r.listed, r.address_id
            from registrations r join people p on p.id = r.person_id where p.email = $1`,
          [email],
        )
      ).rows;
    return { email, browser, event, form, rows };
  }
  const sent = (agent: Agent, form: string, email: string, more: object = {}) =>
    agent
      .post(form)
      .type('form')
      .send({ name: 'Eve', email, ...more });

  it('is registered by a stranger, who is shown no link to it: the mail has it', async () => {
    const { email, event, form, rows } = await owner();
    const eve = site.browser();
    const nonce = 'n'.repeat(22);
    const answer = await sent(eve, form, email, { nonce, listed: 'yes' });
    expect([answer.status, answer.headers.location]).toEqual([303, `${form}/mailed`]);
    expect((await eve.get(answer.headers.location!)).text).toContain('Look in your mail');
    const [row] = await rows();
    expect(row).toMatchObject({ state: 'confirmed', listed: false });
    for (const part of [...(answer.headers['set-cookie'] ?? []), answer.text])
      expect(part).not.toContain('/r/');
    // Nor when the form is sent again, nor with another one.
    for (const again of [nonce, 'm'.repeat(22)])
      expect((await sent(eve, form, email, { nonce: again })).headers.location).toBe(`${form}/mailed`);
    expect(await rows()).toHaveLength(1);
    expect((await eve.get(`/events/${event.slug}`)).text).not.toContain('/r/');
    const mine = `/r/${mailedToken(secret, row)}`;
    await site.browser().get(mine).expect(200);
    await site.browser().post(`${mine}/cancel`).expect(303);
    expect((await rows())[0].state).toBe('cancelled');
  });

  it('is registered by its owner with a link at once, and by somebody else who is signed in without', async () => {
    const { email, browser, form, rows } = await owner();
    const other = await site.signedIn('other@example.org');
    const elsewhere = await sent(other, form, email);
    expect(elsewhere.headers.location).toBe(`${form}/mailed`);
    await site
      .browser()
      .post(`/r/${mailedToken(secret, (await rows())[0])}/cancel`)
      .expect(303);
    const mine = await sent(browser, form, email);
    expect(mine.headers.location).toMatch(/^\/r\/[\w-]{43}$/);
    await browser.get(mine.headers.location!).expect(200);
  });

  it('is not registered by a chat, or a gateway, until they show that it is theirs', async () => {
    const { email, event, rows } = await owner();
    const line = `register ${event.slug} Eve ${email} yes`;
    const chat = site.browser();
    await chat.post('/chat').type('form').send({ text: line }).expect(303);
    const heard = load((await chat.get('/chat')).text)('main').text();
    expect(heard).toContain('has been used here before');
    const gateway = await site
      .browser()
      .post('/bot/imified')
      .type('form')
      .send({ botkey: key, userkey: 'eve', network: 'jabber', msg: line });
    expect(gateway.text).toContain('has been used here before');
    for (const said of [heard, gateway.text]) expect(said).not.toContain('/r/');
    expect(await rows()).toEqual([]);
  });

  it('of a newcomer is shown its ticket as ever', async () => {
    const { form } = await owner();
    const made = await sent(site.browser(), form, 'newcomer@example.org');
    expect(made.headers.location).toMatch(/^\/r\/[\w-]{43}$/);
    const page = await site.browser().get(made.headers.location!).expect(200);
    expect(page.text).toContain('class="qr"');
  });
});
