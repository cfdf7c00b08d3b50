import { load } from 'cheerio';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeConverse } from '../bot/conversation.ts';
import { register } from '../src/services/registrations/commands.ts';
import type { MemberInput } from '../src/services/registrations/members.ts';
import type { Refusal } from '../src/shared/result.ts';
import { refusalText } from '../src/words/sentences.ts';
import { t } from '../src/words/words.ts';
import { asVisitor, makeEvent, noon, signUp } from './support/factories.ts';
import { openSite, type TestSite } from './support/site.ts';

// The same refusal, in the same sentence, from the command, the website and the bot; and nothing is written.

let site: TestSite;
beforeAll(async () => {
  site = await openSite({ now: () => noon });
});
afterAll(() => site.close());

type Case = {
  what: string;
  event: object;
  form: Record<string, string>;
  members?: MemberInput[];
  line: string[];
  code: string;
};

const ann = { name: 'Ann', email: 'ann@example.org' };
const diet = [{ label: 'Diet', kind: 'choice', options: 'vegan\nfish', required: 'on' }];

/** A form of so many people, each with these fields. */
const party = (size: number, fields: Record<string, string>) => ({
  ...ann,
  ...Object.fromEntries(
    Array.from({ length: size }, (_, n) => [
      [`members.${n}.here`, 'yes'],
      ...Object.entries(fields).map(([name, value]) => [`members.${n}.${name}`, value]),
    ]).flat(),
  ),
});

const cases: Case[] = [
  {
    what: 'closed',
    event: { closesAt: '2026-05-01T10:00' },
    form: ann,
    line: ['register SLUG Ann ann@example.org yes yes'],
    code: 'registration_closed',
  },
  {
    what: 'not open yet',
    event: { opensAt: '2026-05-20T10:00' },
    form: ann,
    line: ['register SLUG Ann ann@example.org yes yes'],
    code: 'not_open_yet',
  },
  {
    what: 'full without a waiting list',
    event: { capacity: '0', waitingList: '' },
    form: ann,
    line: ['register SLUG Ann ann@example.org yes yes'],
    code: 'full',
  },
  {
    what: 'a bad e-mail address',
    event: {},
    form: { ...ann, email: 'ann@' },
    line: ['register SLUG', 'Ann', 'ann@'],
    code: 'invalid',
  },
  {
    what: 'an answer that is missing',
    event: { questions: diet },
    form: ann,
    line: ['register SLUG', 'Ann', 'ann@example.org', '-'],
    code: 'invalid',
  },
  {
    what: 'an answer that is none of the options',
    event: { questions: diet },
    form: { ...ann, diet: 'stones' },
    line: ['register SLUG', 'Ann', 'ann@example.org', 'stones'],
    code: 'invalid',
  },
  {
    what: 'a party that is larger than all of its places',
    event: { kind: 'meetup', capacity: '3', partyMost: '5' },
    form: party(4, {}),
    members: [{}, {}, {}, {}],
    line: ['register SLUG Ann ann@example.org 4 - - - no yes'],
    code: 'party_too_large',
  },
  {
    what: 'a dish that is gone',
    event: { menu: 'Main:\nLamb | 1\nRisotto', partyMost: '5' },
    form: party(2, { 'choices.main': 'Lamb' }),
    members: [{ choices: { main: 'Lamb' } }, { choices: { main: 'Lamb' } }],
    line: ['register SLUG Ann ann@example.org 2 Lamb - - Lamb - no yes'],
    code: 'dish_gone',
  },
];

const registered = async () =>
  (await site.base.db.$client.query('select count(*)::int n from registrations')).rows[0].n as number;

async function byCommand(
  slug: string,
  form: Record<string, string>,
  members?: MemberInput[],
): Promise<Refusal> {
  const { name = '', email = '', ...answers } = form;
  const result = await register(asVisitor(site.base), { event: slug, name, email, answers, members });
  if (result.ok) throw new Error('was not refused');
  return result.refusal;
}

async function byWeb(slug: string, form: Record<string, string>): Promise<string> {
  const page = await site.browser().post(`/events/${slug}/register`).type('form').send(form);
  expect([404, 409, 410, 422]).toContain(page.status);
  return load(page.text)('main').text().replace(/\s+/g, ' ');
}

let visitors = 0;
async function byBot(slug: string, lines: string[]): Promise<string> {
  const converse = makeConverse(site.base);
  const address = `xmpp:visitor${++visitors}@example.net`;
  let said = '';
  for (const [index, line] of lines.entries()) {
    const replies = await converse({ address, key: String(index), text: line.replace('SLUG', slug) });
    said = replies.map((one) => one.text).join('\n');
  }
  return said.replace(/\s+/g, ' ');
}

it.each(cases)('$what', async ({ event: input, form, members, line, code }) => {
  const event = await makeEvent(site.base, input);
  const before = await registered();
  const refusal = await byCommand(event.slug, form, members);
  expect(refusal.code).toBe(code);
  const sentence = refusalText(t, refusal);
  expect(await byWeb(event.slug, form)).toContain(sentence);
  expect(await byBot(event.slug, line)).toContain(sentence);
  expect(await registered()).toBe(before);
});

it('an event that is not there', async () => {
  const refusal = await byCommand('nowhere-at-all', ann);
  expect(refusal).toMatchObject({ kind: 'not_found', code: 'event_unknown' });
  const page = await site.browser().post('/events/nowhere-at-all/register').type('form').send(ann);
  expect(page.status).toBe(404);
  expect(await byBot('nowhere-at-all', ['register SLUG'])).toMatch(/no event|no such event/i);
});

it('already registered: told in one sentence on the website; the bot asks first whether the address is theirs', async () => {
  const event = await makeEvent(site.base);
  await signUp(site.base, event, 'Ann');
  const before = await registered();
  const sentence = refusalText(t, await byCommand(event.slug, ann));
  expect(await byWeb(event.slug, ann)).toContain(sentence);
  const stranger = await byBot(event.slug, ['register SLUG Ann ann@example.org yes yes']);
  expect(stranger).toContain(t('refusals:email_known', { email: 'ann@example.org' }));
  // Whoever is known to be her is told the same by the bot as by the command that it calls.
  const own = makeConverse(site.base);
  const say = async (text: string, key: string) =>
    (await own({ address: 'xmpp:bob@example.net', key, text })).map((one) => one.text).join(' ');
  await say(`register ${event.slug} Bob bob@example.org yes yes`, 'a');
  expect(await say(`register ${event.slug} Bob bob@example.org yes yes`, 'b')).toMatch(/already registered/);
  expect(await registered()).toBe(before + 1);
});
