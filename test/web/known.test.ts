import { load } from 'cheerio';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/services/limits/limits.ts';
import { makeEvent, noon, signUp } from '../support/factories.ts';
import { generous } from '../support/limits.ts';
import { type Agent, openSite, type TestSite } from '../support/site.ts';

// 500 addresses, every other one of them known: what a stranger hears of them on the website and in the chat, after the third that was told.

const key = 'a-key-of-the-tests';
let site: TestSite;
let slug: string;
const addresses = Array.from({ length: 500 }, (_, n) => ({
  email: `person${n}@example.org`,
  known: n % 2 === 0,
}));
beforeAll(async () => {
  const limited = { ...generous, known_answers: limits.known_answers };
  site = await openSite(
    { now: () => noon, limits: limited, imified: { key }, chatPace: 100_000 },
    { limits: limited },
  );
  const event = await makeEvent(site.base);
  slug = event.slug;
  await Promise.all(
    addresses.filter((one) => one.known).map(({ email }) => signUp(site.base, event, 'Ann', { email })),
  );
}, 60_000);
afterAll(() => site.close());

const all = (some: typeof addresses, ask: (email: string) => Promise<string>) =>
  Promise.all(some.map(async ({ email, known }) => ({ known, heard: await ask(email) })));

/** What can be told apart, by the nonces and tokens blanked. */
function apart(answers: { known: boolean; heard: string }[]) {
  const of = (known: boolean) =>
    new Set(answers.filter((one) => one.known === known).map((one) => one.heard));
  return { known: of(true), unknown: of(false) };
}

const blank = (text: string, email: string) =>
  text
    .replaceAll(email, '@')
    .replaceAll(email.replace('@', '%40'), '@')
    .replace(/value="[\w-]{22}"/g, 'value="nonce"');

async function form(agent: Agent, email: string): Promise<string> {
  const page = await agent.get(`/events/${slug}/register`);
  const nonce = load(page.text)('input[name=nonce]').val();
  const sent = await agent.post(`/events/${slug}/register`).type('form').send({ name: 'Eve', email, nonce });
  const { status, headers, text } = sent;
  const next = status === 303 ? await agent.get(String(headers.location)) : undefined;
  const heads = Object.entries(headers).filter(([name]) => !['date', 'etag'].includes(name));
  return blank(JSON.stringify([status, heads, text, next?.status, next?.text]), email);
}

describe('a list of 500 addresses', () => {
  it('is 500 times the same at the website', async () => {
    const agent = site.browser();
    for (const { email } of addresses.filter((one) => one.known).slice(0, 3)) await form(agent, email);
    const { known, unknown } = apart(await all(addresses.slice(6), (email) => form(agent, email)));
    expect([...known]).toEqual([...unknown]);
    expect(known.size).toBe(1);
    expect([...known][0]).toContain('Look in your mail');
  }, 120_000);

  it('is 500 times the same to one chat, in one line and step by step, over a gateway and on a page', async () => {
    const fresh = await makeEvent(site.base, { questions: [] });
    await Promise.all(
      addresses.filter((one) => one.known).map(({ email }) => signUp(site.base, fresh, 'Ann', { email })),
    );
    slug = fresh.slug;
    const gateway = async (msg: string) =>
      (
        await request(site.app)
          .post('/bot/imified')
          .type('form')
          .send({ botkey: key, userkey: 'eve', network: 'jabber', msg })
      ).text;
    const line = async (email: string) => blank(await gateway(`register ${slug} Eve ${email} no yes`), email);
    const steps = async (email: string) => {
      const heard: string[] = [];
      for (const msg of [`register ${slug}`, 'Eve', email, 'no', 'yes']) heard.push(await gateway(msg));
      return blank(heard.join('\n'), email);
    };
    // Three that are told, and a line that teaches how to say it all at once.
    for (const { email } of addresses.filter((one) => one.known).slice(0, 4)) {
      await line(email);
      await gateway('cancel');
    }
    await steps('first@example.org');
    const some = addresses.slice(10);
    const heard = [];
    for (const { email, known } of some.slice(0, 60)) heard.push({ known, heard: await steps(email) });
    const stepwise = apart(heard);
    expect([...stepwise.known]).toEqual([...stepwise.unknown]);
    expect(stepwise.known.size).toBe(1);
    const oneLine = [];
    for (const { email, known } of some.slice(60)) oneLine.push({ known, heard: await line(email) });
    const lines = apart(oneLine);
    expect([...lines.known]).toEqual([...lines.unknown]);
    expect(lines.known.size).toBe(1);
    for (const word of ['my', 'whoami', 'my data']) {
      const said = await gateway(word);
      await gateway('cancel');
      expect(said).not.toMatch(/person\d+@|You are (coming|Eve)/);
    }
  }, 240_000);
});
