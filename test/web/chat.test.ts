import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { load } from 'cheerio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliverToWeb, keepExchange } from '../../src/services/chats/commands.ts';
import { messagesBefore } from '../../src/services/chats/queries.ts';
import { personChat } from '../../src/services/chats/rules.ts';
import { signInLink } from '../../src/services/people/commands.ts';
import { personByEmail } from '../../src/services/people/queries.ts';
import { linkify } from '../../src/web/view/linkify.ts';
import { asSystem } from '../support/factories.ts';
import { type Agent, openSite, type TestSite } from '../support/site.ts';
import { makeWorld } from '../support/world.ts';

let site: TestSite;
let server: Server;
let url: string;
let stopping = false;
beforeAll(async () => {
  site = await openSite({ stopping: () => stopping });
  await makeWorld(site.base);
  server = site.app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await site.close();
});

const key = () => randomBytes(16).toString('base64url');
const post = (agent: Agent, text: string, nonce = key()) =>
  agent.post('/chat').type('form').send({ text, nonce });
const json = (agent: Agent, text: string, more: object = {}) =>
  agent
    .post('/chat')
    .set('Accept', 'application/json')
    .type('form')
    .send({ text, nonce: key(), ...more });
const count = async (table: string) =>
  (await site.base.db.$client.query(`select count(*)::int n from ${table}`)).rows[0].n as number;

/** What the page shows, as `you: text` and `bot: text`. */
async function shown(agent: Agent, path = '/chat'): Promise<string[]> {
  const $ = load((await agent.get(path).expect(200)).text);
  return $('.line')
    .map(
      (_, line) =>
        `${$(line).hasClass('line-bot') ? 'bot' : 'you'}: ${$(line).find('.line-text').first().text().trim()}`,
    )
    .get();
}

it('marks for screen readers what the bot says in another language than the page', async () => {
  const agent = site.browser();
  await post(agent, 'language deutsch');
  await post(agent, 'nonsense');
  const $ = load((await agent.get('/chat').expect(200)).text);
  expect($('.line-bot[lang="de"]').last().text()).toContain('habe ich nicht verstanden');
  expect($('.line-person[lang]')).toHaveLength(0);
  await post(agent, 'language english');
  await post(agent, 'nonsense');
  const after = load((await agent.get('/chat').expect(200)).text);
  expect(after('.line-bot').last().attr('lang')).toBeUndefined();
  expect(after('html').attr('lang')).toBe('en');
});

describe('the chat without a script', () => {
  it('greets with the menu, and a visit makes no session', async () => {
    const before = [await count('web_sessions'), await count('addresses')];
    const response = await site.browser().get('/chat').expect(200);
    const $ = load(response.text);
    expect(response.headers['set-cookie']).toBeUndefined();
    expect(response.headers['cache-control']).toBe('no-store');
    expect(
      $('.line-bot .line-choice')
        .map((_, one) => $(one).attr('value'))
        .get(),
    ).toEqual(['events', 'register', 'my', 'unregister', 'schedule', 'sessions', 'propose', 'whoami']);
    await site.browser().get('/chat/stream').expect(204);
    expect([await count('web_sessions'), await count('addresses')]).toEqual(before);
  });

  it('answers a form by going back to the page, which then shows both', async () => {
    const agent = site.browser();
    const response = await post(agent, 'event geek-dinner').expect(303);
    expect(response.headers.location).toBe('/chat#say');
    const $ = load((await agent.get('/chat')).text);
    expect($('.line-person .line-text').text()).toBe('event geek-dinner');
    const last = $('.line-bot').last();
    expect(last.find('a').attr('href')).toBe('http://localhost:3000/events/geek-dinner');
    expect(
      last
        .find('button')
        .map((_, one) => $(one).attr('value'))
        .get(),
    ).toEqual(['register geek-dinner', 'schedule web-week']);
    // Only the last message can be answered by a button.
    expect($('.line button')).toHaveLength(2);
    expect($('#choices input[name=nonce]').attr('value')).toMatch(/^[\w-]{22}$/);
  });

  it('applies a form that is sent twice once', async () => {
    const agent = site.browser();
    await post(agent, 'menu');
    const nonce = key();
    const line = 'register geek-breakfast Non non@example.org yes';
    await post(agent, line, nonce).expect(303);
    await post(agent, line, nonce).expect(303);
    expect(await shown(agent)).toEqual([
      'bot: Type a number or a word. “help” tells more.',
      'you: menu',
      'bot: Type a number or a word. “help” tells more.',
      `you: ${line}`,
      expect.stringContaining('bot: You are coming to Geek breakfast'),
    ]);
  });

  it('answers a newcomer only once they will be known again: a browser follows a redirect at its head', async () => {
    const held = await site.base.db.$client.connect();
    await held.query('begin; lock table web_sessions in exclusive mode');
    let answered = false;
    const answer = fetch(`${url}/chat`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'Sec-Fetch-Site': 'same-origin' },
      body: new URLSearchParams({ text: 'menu', nonce: key() }),
    }).then((response) => {
      answered = true;
      return response;
    });
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(answered).toBe(false);
    await held.query('commit');
    held.release();
    expect((await answer).status).toBe(303);
  });

  it('remembers the conversation, by pages', async () => {
    const agent = site.browser();
    await post(agent, 'first');
    const [address] = (
      await site.base.db.$client.query(`select address from chat_messages where text = 'first'`)
    ).rows;
    for (let n = 0; n < 40; n++)
      await keepExchange(site.base, address.address, {
        key: `n${n}`,
        text: `say ${n}`,
        replies: [{ text: `hear ${n}` }],
      });
    const seen: string[] = [];
    for (let path: string | undefined = '/chat'; path; ) {
      const page = load((await agent.get(path)).text);
      seen.unshift(...(await shown(agent, path)));
      path = page('[data-earlier]').attr('href');
      if (path) expect(page('#chat').attr('data-live')).toBe(seen.length > 30 ? '' : '/chat/stream');
    }
    expect(seen[1]).toBe('you: first');
    expect(seen.slice(3)).toEqual(
      Array.from({ length: 40 }, (_, n) => [`you: say ${n}`, `bot: hear ${n}`]).flat(),
    );
  });

  it('takes any address of a page, and any id, for what it is', async () => {
    const agent = site.browser();
    await post(agent, 'menu');
    for (const before of ['0', '-1', 'x', '1e30', '99999999999999999999', '__proto__'])
      await agent.get(`/chat?before=${before}`).expect(200);
    await json(agent, 'menu', { after: '99999999999999999999' }).expect(200);
  });

  it('puts a line into the field that an event page suggests, and does not send it', async () => {
    const response = await site.browser().get('/chat?say=register+%22%3Cgeek%3E');
    expect(load(response.text)('textarea').text().trim()).toBe('register "<geek>');
  });

  it('shows what was written as it was written, and links as links', async () => {
    const agent = site.browser();
    await post(agent, '<b>bold</b>\n  two  http://example.org/(a) javascript:alert(1) "https://x.org"');
    const $ = load((await agent.get('/chat')).text);
    const text = $('.line-person .line-text');
    expect(text.text()).toBe(
      '<b>bold</b>\n  two  http://example.org/(a) javascript:alert(1) "https://x.org"',
    );
    expect(
      text
        .find('a')
        .map((_, one) => $(one).attr('href'))
        .get(),
    ).toEqual(['http://example.org/(a)', 'https://x.org/']);
    expect(text.find('a').first().attr('rel')).toContain('nofollow');
  });

  it('refuses what is too long, and keeps it in the field', async () => {
    const agent = site.browser();
    const response = await post(agent, 'x'.repeat(5000)).expect(422);
    expect(load(response.text)('textarea').text()).toContain('x'.repeat(5000));
    expect(load(response.text)('[role=alert]').text()).toContain('4000');
  });

  it('says one polite line to whoever is too fast, and takes the others', async () => {
    const agent = site.browser();
    await post(agent, 'menu').expect(303);
    const answers = await Promise.all(Array.from({ length: 25 }, () => post(agent, 'menu')));
    expect(answers.filter((one) => one.status === 303)).toHaveLength(20);
    const refused = answers.filter((one) => one.status === 429);
    expect(refused).toHaveLength(5);
    expect(load(refused[0]!.text)('[role=alert]').text()).toContain('a little fast');
    expect((await json(agent, 'menu').expect(429)).body.problem).toContain('a little fast');
    await post(site.browser(), 'menu').expect(303);
  });

  it('forgets all of it when one starts anew', async () => {
    const agent = site.browser();
    await post(agent, 'register geek-breakfast Anew anew@example.org yes');
    await post(agent, 'register geek-dinner');
    await agent.post('/chat/new').expect(303);
    expect(await shown(agent)).toHaveLength(1);
    await post(agent, 'whoami');
    expect((await shown(agent)).at(-1)).toContain('I do not know you yet');
    const left = await site.base.db.$client.query(`select 1 from chat_messages where text like '%anew@%'`);
    expect(left.rows).toEqual([]);
  });
});

describe('somebody who is signed in', () => {
  it('is known to the bot, in every browser', async () => {
    const agent = await site.signedIn('sue@example.org');
    await post(agent, 'whoami');
    expect((await shown(agent)).at(-1)).toContain('this chat is linked to you');
    await post(agent, 'register geek-breakfast yes');
    expect((await shown(agent)).at(-1)).toContain('You are coming to Geek breakfast');
    const elsewhere = await site.signedIn('sue@example.org');
    expect(await shown(elsewhere)).toEqual(await shown(agent));
  });

  it('leaves the conversation of before behind: it is nobody else’s, and ends', async () => {
    const agent = await site.signedIn('tom@example.org');
    await agent.post('/sign-out');
    await post(agent, 'register geek-breakfast Visitor visitor@example.org yes');
    const visits = await messagesCount('visitor@example.org');
    expect(visits).toBeGreaterThan(0);
    await agent.post(new URL(await signInLink(asSystem(site.base), 'tom@example.org')).pathname);
    expect(await shown(agent)).toHaveLength(1);
    await post(agent, 'my');
    expect((await shown(agent)).at(-1)).toContain('not registered for anything');
    expect(await messagesCount('visitor@example.org')).toBe(0);
  });

  const messagesCount = async (text: string) =>
    (await site.base.db.$client.query(`select 1 from chat_messages where text like $1`, [`%${text}%`])).rows
      .length;
});

/** Reads a stream of events until one holds the text. */
async function wait(stream: Response, text: string): Promise<string> {
  const decoder = new TextDecoder();
  let read = '';
  for await (const chunk of stream.body!) {
    read += decoder.decode(chunk as Uint8Array, { stream: true });
    const found = read.split('\n\n').find((event) => event.includes(text));
    if (found) return found;
  }
  throw new Error(`the stream ended without ${text}: ${read}`);
}

describe('the chat with its script', () => {
  it('gets the answer at once, with a key for the next message', async () => {
    const { body } = await json(site.browser(), 'event barcamp').expect(200);
    expect(load(body.html)('.line-person').text()).toContain('event barcamp');
    expect(load(body.html)('.line-bot').text()).toContain('BarCamp');
    expect(body.last).toBe(Number(load(body.html)('.line').last().attr('data-id')));
    expect(body.nonce).toMatch(/^[\w-]{22}$/);
    const next = await json(site.browser(), 'menu', { after: body.last });
    expect(load(next.body.html)('.line-person')).toHaveLength(1);
  });

  async function open(
    agent: Agent,
    path: string,
    headers = {},
  ): Promise<{ stream: Response; close(): void }> {
    const control = new AbortController();
    const cookie = agent.jar.getCookies({
      domain: '127.0.0.1',
      path: '/',
      secure: false,
      script: false,
    } as never);
    const stream = await fetch(`${url}${path}`, {
      headers: {
        cookie: cookie.map((one) => one.toValueString()).join('; '),
        'accept-encoding': 'gzip',
        ...headers,
      },
      signal: control.signal,
    });
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    return { stream, close: () => control.abort() };
  }

  /** The stream as the page's script opens it: after the last message that the page shows. */
  const streamOf = async (agent: Agent) =>
    `/chat/stream?after=${load((await agent.get('/chat')).text)('#chat').attr('data-last')}`;

  it('hears within a second what is said in another tab, and what is written to it first', async () => {
    const agent = await site.signedIn('liv@example.org');
    await post(agent, 'menu');
    const tab = await open(agent, await streamOf(agent));
    const heard = wait(tab.stream, 'geek-dinner');
    const posted = performance.now();
    await post(agent, 'event geek-dinner');
    await heard;
    expect(performance.now() - posted).toBeLessThan(1000);
    tab.close();
    const second = await open(agent, await streamOf(agent));
    const told = wait(second.stream, 'You have a place after all');
    const sent = performance.now();
    const person = await personByEmail(site.base.db, 'liv@example.org');
    const deliver = deliverToWeb(site.base);
    for (let n = 0; n < 3; n++)
      await deliver(personChat(person!.id), 'notice:1', { text: 'You have a place after all.' });
    await told;
    expect(performance.now() - sent).toBeLessThan(1000);
    second.close();
    const rows = await messagesBefore(site.base.db, personChat(person!.id), 100);
    expect(rows.filter((one) => one.key === 'notice:1')).toHaveLength(1);
  });

  it('goes on after the last event that the browser has', async () => {
    const agent = await site.signedIn('res@example.org');
    await post(agent, 'first line');
    const tab = await open(agent, '/chat/stream');
    const event = await wait(tab.stream, 'first line');
    tab.close();
    const id = /^id:(\d+)$/m.exec(event)?.[1];
    await post(agent, 'second line');
    const again = await open(agent, '/chat/stream?after=0', { 'last-event-id': id });
    const next = await wait(again.stream, 'second line');
    expect(next).not.toContain('first line');
    again.close();
  });

  it('hears nothing of other conversations', async () => {
    const [one, two] = await Promise.all([
      site.signedIn('one@example.org'),
      site.signedIn('two@example.org'),
    ]);
    await post(one, 'menu');
    await post(two, 'menu');
    const tab = await open(one, await streamOf(one));
    const heard = wait(tab.stream, 'mine');
    await post(two, 'theirs');
    await post(one, 'mine');
    expect(await heard).not.toContain('theirs');
    tab.close();
  });

  it('is let go when the server stops', async () => {
    const agent = await site.signedIn('sto@example.org');
    await post(agent, 'menu');
    const tab = await open(agent, '/chat/stream');
    stopping = true;
    await expect(wait(tab.stream, 'never said')).rejects.toThrow('ended');
    stopping = false;
  });
});

describe('links in a text', () => {
  const links = (text: string) => linkify(text, 'https://turnout.example').filter((one) => one.href);

  it('end where the sentence does', () => {
    expect(links('See https://a.example/b. Or (https://a.example/c)!').map((one) => one.text)).toEqual([
      'https://a.example/b',
      'https://a.example/c',
    ]);
  });

  it('are our own only below our own address', () => {
    expect(links('https://turnout.example/chat')[0]?.own).toBe(true);
    expect(links('https://turnout.example.evil.example/')[0]?.own).toBe(false);
    expect(links('https://turnout.example')[0]?.own).toBe(true);
  });

  it('are of the web, and hold no password', () => {
    expect(links('javascript:alert(1) data:text/html,x https://user:pw@a.example http://')).toEqual([]);
  });

  it('leave the text as it was', () => {
    const text = 'a https://b.example/c, d\n  https://e.example';
    expect(
      linkify(text, 'x')
        .map((one) => one.text)
        .join(''),
    ).toBe(text);
  });
});
