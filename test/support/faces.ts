import { randomBytes } from 'node:crypto';
import { load } from 'cheerio';
import type { Express } from 'express';
import request from 'supertest';
import { quote } from '../../bot/engine/line.ts';
import { plain } from '../../bot/transports/imified/reading.ts';
import { el, ns } from '../../bot/transports/xmpp/stanza.ts';
import type { Stanza } from '../../bot/transports/xmpp/types.ts';
import type { Base } from '../../src/context.ts';
import type { Asked, AskedField, Converse } from '../../src/shared/chat.ts';
import type { Agent } from './site.ts';
import type { User } from './xmpp-user.ts';

/** A dialogue as it is to go: its word, and by slot what is answered; a slot that is left out is left empty. `?`: to the question whether to do it. */
export type Script = { word: string; answers?: Answers; only?: string[] };
type Answers = Record<string, string | ((base: Base) => Promise<string>)>;

/** What somebody typed, and all that was said to that. */
export type Exchange = { typed: string; said: string[] };

/** A dialogue as it went: `end` is what was said last, without numbers to choose and without the lesson in one-liners. */
export type Walk = { end: string; exchanges: Exchange[] };

/** What there is besides the words of a list, which each face shows in its own way. */
export const endOf = (said: string[]): string =>
  said
    .filter((text) => !text.startsWith('In one line it would have been'))
    .join('\n\n')
    .split('\n')
    .filter((line) => !/^\d+ - /.test(line))
    .join('\n');

const read = async (base: Base, answers: Answers | undefined, name: string): Promise<string> => {
  const answer = answers?.[name] ?? '';
  return typeof answer === 'string' ? answer : answer(base);
};

/** As a patient person: one question after another. */
export async function byChat(base: Base, converse: Converse, address: string, script: Script): Promise<Walk> {
  const exchanges: Exchange[] = [];
  let asks: Asked | undefined;
  const say = async (typed: string) => {
    const replies = await converse({ address, key: randomBytes(9).toString('hex'), text: typed });
    exchanges.push({ typed, said: replies.map(({ text }) => text) });
    asks = replies.at(-1)?.asks;
  };
  await say(script.word);
  for (let turns = 0; asks && turns < 40; turns++) {
    const [field] = asks.fields;
    const answer = await read(base, script.answers, field?.name ?? '?');
    await say(answer || (field ? '-' : 'yes'));
  }
  return { end: endOf(exchanges.at(-1)!.said), exchanges };
}

/** As one who knows: all of it in one line, made of what the patient one was asked for. */
export async function byLine(
  converse: Converse,
  address: string,
  script: Script,
  walked: Exchange[],
): Promise<Walk> {
  const text = [script.word, ...walked.slice(1).map(({ typed }) => quote(typed))].join(' ');
  const replies = await converse({ address, key: randomBytes(9).toString('hex'), text });
  const said = replies.map((one) => one.text);
  return { end: endOf(said), exchanges: [{ typed: text, said }] };
}

/** In the chat of the website, without a script: what the patient one typed, form by form. */
export async function byWeb(agent: Agent, walked: Exchange[]): Promise<Walk> {
  const exchanges: Exchange[] = [];
  for (const { typed } of walked) {
    const nonce = randomBytes(16).toString('base64url');
    const sent = await agent.post('/chat').type('form').send({ text: typed, nonce }).expect(303);
    const $ = load((await agent.get(String(sent.headers.location)).expect(200)).text);
    const notice = $('main [role="status"]').first().text().trim();
    if (!String(sent.headers.location).startsWith('/chat')) {
      exchanges.push({ typed, said: [notice] });
      continue;
    }
    const lines = $('.line').toArray();
    const mine = lines.findLastIndex((line) => $(line).hasClass('line-person'));
    exchanges.push({ typed, said: lines.slice(mine + 1).map((line) => shownIn($, line)) });
  }
  return { end: endOf(exchanges.at(-1)!.said), exchanges };
}

/** By the callback of a gateway, step for step and value for value; what it sends back is HTML. */
export async function byGateway(app: Express, key: string, walked: Exchange[]): Promise<Walk> {
  const exchanges: Exchange[] = [];
  const values = Object.fromEntries(walked.map(({ typed }, n) => [`value${n + 1}`, escaped(typed)]));
  for (const [n, { typed }] of walked.entries()) {
    const known = Object.fromEntries(Object.entries(values).slice(0, n + 1));
    const who = {
      botkey: key,
      userkey: 'ann',
      network: 'Jabber',
      user: 'ann@chat.example',
      channel: 'private',
    };
    const { text } = await request(app)
      .post('/bot/imified')
      .type('form')
      .send({ ...who, step: n + 1, ...known })
      .expect(200);
    // The gateway counts on until it is told that it is over; it never has to be put right.
    if (text.endsWith('<reset>') !== (n === walked.length - 1))
      throw new Error(`no end, or too early: ${text}`);
    if (/<goto=/.test(text)) throw new Error(`another step: ${text}`);
    const said = text.replace('<reset>', '').split('<br><br>');
    exchanges.push({ typed, said: said.map((one) => plain(one)) });
  }
  return { end: endOf(exchanges.at(-1)!.said), exchanges };
}

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** A message of the page as the text that it was made of. */
function shownIn($: ReturnType<typeof load>, line: Parameters<ReturnType<typeof load>>[0]): string {
  const blocks = $(line).find('.line-title, .line-text, .line-list > li');
  return blocks
    .map((_, block) => {
      const text = $(block).is('li') ? $(block).find('.line-label').text() : $(block).text();
      const number = $(block).find('.line-number').text() || $(block).find('input').attr('value');
      if ($(block).is('.line-title')) return `*** ${text} ***`;
      return number ? `${number}${$(block).find('input').length ? '.' : ' -'} ${text}` : text;
    })
    .get()
    .join('\n');
}

/** In an XMPP client's windows: ad-hoc commands with data forms, through the server. */
export async function byForms(base: Base, user: User, bot: string, script: Script): Promise<Walk> {
  const exchanges: Exchange[] = [];
  const run = async (attrs: object, form?: Stanza) => {
    const command = el('command', { xmlns: ns.commands, node: script.word, ...attrs }, form);
    const result = await user.entity.iqCaller.request(el('iq', { type: 'set', to: bot }, command));
    const answer = result.getChild('command', ns.commands)!;
    exchanges.push({ typed: form ? 'form' : script.word, said: [wordsOf(answer)] });
    return answer;
  };
  let answer = await run({ action: 'execute' });
  for (let turns = 0; answer.attrs.status === 'executing' && turns < 20; turns++) {
    const { sessionid } = answer.attrs;
    const form = answer.getChild('x', ns.data)!;
    const action = answer.getChild('actions')?.attrs.execute;
    if (form.getChildren('field').some(({ attrs }) => attrs.var === 'turnout#next')) {
      await run({ sessionid, action: 'complete' }, el('x', { xmlns: ns.data, type: 'submit' }));
      return { end: exchanges.at(-2)!.said.join('\n'), exchanges };
    }
    answer = await run({ sessionid, action }, await filledIn(base, form, script.answers));
  }
  return { end: exchanges.at(-1)!.said.join('\n'), exchanges };
}

const wordsOf = (answer: Stanza): string => {
  const form = answer.getChild('x', ns.data);
  return [...answer.getChildren('note').map((one) => one.getText()), ...textsAbove(form)].join('\n');
};

/** The instructions of a form, and the fixed fields that go on with them. */
export const textsAbove = (form?: Stanza): string[] => [
  ...(form?.getChildren('instructions') ?? []).map((one) => one.getText()),
  ...(form?.getChildren('field') ?? [])
    .filter(({ attrs }) => attrs.type === 'fixed')
    .flatMap((field) => field.getChildren('value').map((one) => one.getText())),
];

const answered = (form: Stanza) => form.getChildren('field').filter(({ attrs }) => attrs.type !== 'fixed');

async function filledIn(base: Base, form: Stanza, answers: Answers | undefined): Promise<Stanza> {
  const fields = await Promise.all(
    answered(form).map(async (field) => {
      const { var: name = '', type } = field.attrs;
      const hidden = type === 'hidden' && field.getChild('value')!.getText();
      const wanted = hidden || (await read(base, answers, name));
      return el('field', { var: name }, ...valuesOf(field, wanted));
    }),
  );
  return el('x', { xmlns: ns.data, type: 'submit' }, ...fields);
}

/** A client sends what its user picked: the value of an option, true or false, lines. */
function valuesOf(field: Stanza, wanted: string): Stanza[] {
  const options = field.getChildren('option').map((one) => ({
    label: one.attrs.label ?? '',
    value: one.getChild('value')!.getText(),
  }));
  const pick = (text: string) =>
    options.find(({ value }) => value === text) ??
    options.find(({ label }) => label.toLowerCase().includes(text.toLowerCase()));
  const value = (text: string) => el('value', {}, text);
  switch (field.attrs.type) {
    case 'boolean':
      return [value(String(wanted === 'yes'))];
    case 'list-single':
      return wanted ? [value((pick(wanted) ?? pick('more'))!.value)] : [];
    case 'list-multi':
      return wanted.split(', ').map((text) => value(pick(text)!.value));
    case 'text-multi':
      return wanted.split('\n').map(value);
    default:
      return [value(wanted)];
  }
}

export type { AskedField };

/** All that the dialogues can change, a line a row, without what is made by lot and without the chats themselves. */
export async function stored(base: Base): Promise<string[]> {
  const { rows } = await base.db.$client.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' and tablename <> all($1) order by 1`,
    [['conversations', 'inbox', 'chat_messages', 'web_sessions', 'addresses', 'gateway_users']],
  );
  const byLot = [
    'key',
    'hash',
    'request_key',
    'feed_key',
    'address_id',
    'generation',
    'created_at',
    'updated_at',
  ];
  const tables = rows.map(async ({ name }) => {
    const found = await base.db.$client.query<{ row: object }>(
      `select to_jsonb(one) - $1::text[] as row from "${name}" one order by to_jsonb(one)->>'id', one::text`,
      [byLot],
    );
    return found.rows.map(({ row }) => `${name} ${JSON.stringify(row)}`);
  });
  const jobs = await base.db.$client.query<{ kind: string; count: string }>(
    `select t.identifier as kind, count(*) from graphile_worker._private_jobs j
      join graphile_worker._private_tasks t on t.id = j.task_id group by 1 order by 1`,
  );
  return [...(await Promise.all(tables)).flat(), ...jobs.rows.map(({ kind, count }) => `${count} ${kind}`)];
}

/** The lines that only one of the two has. */
export const unlike = (one: string[], other: string[]): string[] => [
  ...one.filter((line) => !other.includes(line)).map((line) => `- ${line}`),
  ...other.filter((line) => !one.includes(line)).map((line) => `+ ${line}`),
];
