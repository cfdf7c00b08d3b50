import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { commands, makeConverse } from '../../../bot/conversation.ts';
import { el, ns } from '../../../bot/transports/xmpp/stanza.ts';
import type { Stanza } from '../../../bot/transports/xmpp/types.ts';
import type { Xmpp } from '../../../src/config.ts';
import type { Base } from '../../../src/context.ts';
import { freshDatabase } from '../../support/database.ts';
import { openEjabberd } from '../../support/ejabberd.ts';
import { textsAbove } from '../../support/faces.ts';
import { makeBase, noon } from '../../support/factories.ts';
import { describeWith, type Need } from '../../support/needs.ts';
import { openServer } from '../../support/prosody.ts';
import { makeWorld } from '../../support/world.ts';
import { startBot, type TestBot } from '../../support/xmpp-bot.ts';
import type { User } from '../../support/xmpp-user.ts';

// Ad-hoc commands (XEP-0050) with data forms (XEP-0004), from a client of xmpp.js that knows nothing of the bot.

type Server = {
  ways: Record<'client' | 'component', Xmpp>;
  user(name: string): Promise<User>;
  stop(): Promise<void>;
};

const servers: Record<'prosody' | 'ejabberd', () => Promise<Server>> = {
  prosody: async () => {
    const server = await openServer();
    return { ways: { client: server.prosody.config, component: server.component() }, ...server };
  },
  ejabberd: async () => {
    const server = await openEjabberd();
    return { ways: { client: await server.account('turnout'), component: server.component() }, ...server };
  },
};

type Given = Record<string, string | string[]>;

/** The windows of a client for one command. */
function windows(user: User, to: string, node: string) {
  const send = async (attrs: object, form?: Stanza, id: string = randomUUID()) => {
    const command = el('command', { xmlns: ns.commands, node, ...attrs }, form);
    await user.entity.send(el('iq', { type: 'set', to, id }, command));
    const isAnswer = (one: Stanza) => one.name === 'iq' && one.attrs.id === id;
    const answer = await user.wait(isAnswer);
    user.got.splice(user.got.findIndex(isAnswer), 1);
    return answer;
  };
  let last: Stanza;
  const step = async (action: string, values: Given = {}, id?: string) => {
    const hidden = last
      .getChild('x', ns.data)
      ?.getChildren('field')
      .find(({ attrs }) => attrs.type === 'hidden');
    const asked = hidden ? { [hidden.attrs.var!]: hidden.getChild('value')!.getText() } : {};
    const fields = Object.entries<string | string[]>({ ...asked, ...values }).map(([name, value]) =>
      el('field', { var: name }, ...[value].flat().map((one) => el('value', {}, one))),
    );
    const form = el('x', { xmlns: ns.data, type: 'submit' }, ...fields);
    last = commandOf(await send({ sessionid: last.attrs.sessionid, action }, form, id));
    return shown(last);
  };
  return {
    open: async () => {
      last = commandOf(await send({ action: 'execute' }));
      return shown(last);
    },
    step,
    send,
    session: () => last.attrs.sessionid,
  };
}

const commandOf = (answer: Stanza): Stanza => {
  const command = answer.getChild('command', ns.commands);
  if (answer.attrs.type !== 'result' || !command) throw new Error(`no command came: ${errorOf(answer)}`);
  return command;
};

const errorOf = (answer: Stanza) =>
  answer
    .getChild('error')
    ?.getChildElements()
    .map(({ name }) => name)
    .join(' ');

function shown(command: Stanza) {
  const form = command.getChild('x', ns.data);
  const fields = (form?.getChildren('field') ?? [])
    .filter(({ attrs }) => attrs.type !== 'hidden' && attrs.type !== 'fixed')
    .map((field) => ({
      name: field.attrs.var,
      type: field.attrs.type,
      required: field.getChild('required') !== undefined,
      value: field.getChild('value')?.getText(),
      problem: field.getChild('desc')?.getText().split('\n')[0],
      options: field.getChildren('option').map((one) => one.getChild('value')!.getText()),
    }));
  const texts = (name: string, from?: Stanza) =>
    (from?.getChildren(name) ?? []).map((one) => one.getText()).join('\n');
  return {
    status: command.attrs.status,
    actions:
      command
        .getChild('actions')
        ?.getChildElements()
        .map(({ name }) => name) ?? [],
    note: texts('note', command),
    noteType: command.getChild('note')?.attrs.type,
    above: textsAbove(form).join('\n'),
    names: fields.map(({ name }) => name),
    field: (name: string) => fields.find((one) => one.name === name)!,
  };
}

describe.each(Object.keys(servers) as (keyof typeof servers)[])('with %s', (name) => {
  describeWith(name satisfies Need, `commands with forms (${name})`, () => {
    let database: Awaited<ReturnType<typeof freshDatabase>>;
    let base: Base;
    let server: Server;
    beforeAll(async () => {
      database = await freshDatabase();
      base = makeBase(database.url, () => noon);
      await makeWorld(base);
      server = await servers[name]();
    });
    afterAll(async () => {
      await server?.stop();
      await base?.db.$client.end();
      await database?.drop();
    });

    describe.each(['client', 'component'] as const)('the bot as a %s', (mode) => {
      let bot: TestBot;
      let ann: User;
      let to: string;
      const mail = `ann.${mode}@example.org`;
      beforeAll(async () => {
        bot = await startBot({ xmpp: server.ways[mode], commands, converse: makeConverse(base) });
        ann = await server.user(`ann-${mode}`);
        // A client's commands are those of the device that it is on.
        to = `${bot.jid}/turnout`;
      });
      afterAll(() => bot?.stop());
      afterEach(() => {
        ann.got.length = 0;
      });

      test('are listed, and say what they are', async () => {
        const info = async (node?: string) =>
          (await ann.query(to, el('query', { xmlns: ns.discoInfo, node }))).getChild('query')!;
        const features = (await info()).getChildren('feature').map(({ attrs }) => attrs.var);
        expect(features).toEqual(expect.arrayContaining([ns.commands, ns.data]));
        const list = await ann.query(to, el('query', { xmlns: ns.discoItems, node: ns.commands }));
        const items = list
          .getChild('query')!
          .getChildren('item')
          .map(({ attrs }) => attrs);
        expect(items.map(({ node }) => node)).toEqual(commands.map(({ word }) => word));
        expect(items.find(({ node }) => node === 'register')).toMatchObject({
          jid: to,
          name: 'Register for an event',
        });
        const node = await info('register');
        expect(node.getChild('identity')!.attrs).toMatchObject({
          category: 'automation',
          type: 'command-node',
        });
      });

      test('register somebody: errors at their fields, back and forth, a yes at the end', async () => {
        const window = windows(ann, to, 'register');
        const events = await window.open();
        expect(events).toMatchObject({ status: 'executing', actions: ['next'], names: ['event'] });
        expect(events.field('event')).toMatchObject({ type: 'list-single', required: true });
        expect(events.field('event').options).toContain('barcamp');

        const form = await window.step('next', { event: 'barcamp' });
        expect(form).toMatchObject({ actions: ['prev', 'next'] });
        expect(form.names).toEqual([
          ...['name', 'email', 't_shirt', 'which_days', 'how_many_talks_would_you_give'],
          ...['do_you_come_by_bike', 'constructor_2', 'listed'],
        ]);
        expect(form.field('name')).toMatchObject({ type: 'text-single', required: true });
        expect(form.field('which_days')).toMatchObject({
          type: 'list-multi',
          required: true,
          options: ['1', '2'],
        });
        expect(form.field('t_shirt')).toMatchObject({ type: 'list-single', required: false });
        expect(form.field('constructor_2')).toMatchObject({ type: 'text-multi' });
        expect(form.field('listed')).toMatchObject({ type: 'boolean', value: 'false' });

        const typed = {
          name: 'help',
          t_shirt: 'M',
          constructor_2: ['Two', 'lines'],
          do_you_come_by_bike: 'true',
          listed: '1',
        };
        const wrong = await window.step('next', {
          ...typed,
          email: 'nobody',
          how_many_talks_would_you_give: 'two',
        });
        expect(wrong).toMatchObject({ status: 'executing', noteType: 'error' });
        expect(wrong.field('email')).toMatchObject({
          value: 'nobody',
          problem: 'That does not look like an e-mail address. It should look like ann@example.org.',
        });
        expect(wrong.field('which_days').problem).toBe('Please fill in “Which days?”.');
        expect(wrong.field('how_many_talks_would_you_give').problem).toMatch(/number/);
        expect(wrong.field('name')).toMatchObject({ value: 'help' });

        const right = { ...typed, email: mail, which_days: ['1', '2'], how_many_talks_would_you_give: '2' };
        const check = await window.step('next', right);
        expect(check).toMatchObject({ actions: ['prev', 'complete'], names: [], noteType: undefined });
        expect(check.above).toContain('4. T-shirt: M\n5. Which days?: Saturday, Sunday');
        const again = await window.step('prev');
        expect(again.field('name').value).toBe('help');
        expect(again.field('which_days').value).toBe('Saturday, Sunday');
        // The same form twice, as of a double click: the second is for what is not asked any more.
        await window.step('next', { ...right, name: 'Ann' });
        const done = await window.step('complete');
        expect(done).toMatchObject({ status: 'completed', noteType: 'info' });
        expect(done.note).toContain(`The mail to ${mail} has your ticket`);
        const { rows } = await base.db.$client.query(
          `select r.name, r.listed, r.answers from registrations r join people p on p.id = r.person_id where p.email = $1`,
          [mail],
        );
        expect(rows).toEqual([
          {
            name: 'Ann',
            listed: true,
            answers: {
              ...{ t_shirt: 'M', which_days: ['Saturday', 'Sunday'], how_many_talks_would_you_give: 2 },
              ...{ do_you_come_by_bike: true, constructor_2: 'Two\nlines' },
            },
          },
        ]);
      });

      test('take nothing twice, nothing late, and nothing from anybody else', async () => {
        const window = windows(ann, to, 'name');
        expect((await window.open()).names).toEqual(['name']);
        const id = randomUUID();
        const first = await window.step('next', { name: 'Ann Two' }, id);
        expect(first).toMatchObject({ status: 'completed' });
        expect(await window.step('next', { name: 'Ann Three' }, id)).toMatchObject({
          status: 'completed',
          note: first.note,
        });
        // It is over; what comes now begins nothing and changes nothing.
        await window.step('next', { name: 'Ann Four' });
        const bob = await server.user(`bob-${mode}`);
        const stolen = windows(bob, to, 'name');
        await stolen.send({ sessionid: window.session(), action: 'next' });
        const { rows } = await base.db.$client.query('select name from people where email = $1', [mail]);
        expect(rows).toEqual([{ name: 'Ann Two' }]);
      });

      test('go on with a list, or leave it there; are cancelled; refuse what there is not', async () => {
        const window = windows(ann, to, 'events');
        const list = await window.open();
        expect(list).toMatchObject({
          status: 'executing',
          actions: ['next', 'complete'],
          names: ['turnout#next'],
        });
        expect(list.field('turnout#next').options).toContain('more');
        const more = await window.step('next', { 'turnout#next': 'more' });
        expect(more.field('turnout#next').options).toContain('event late-show');
        const one = await window.step('next', { 'turnout#next': 'event late-show' });
        expect(one.note).toContain('Late show');
        expect(await window.step('complete', { 'turnout#next': [] })).toMatchObject({
          status: 'completed',
          note: '',
        });

        const other = windows(ann, to, 'register');
        await other.open();
        expect(await other.step('cancel')).toMatchObject({ status: 'canceled' });
        expect(errorOf(await other.send({ sessionid: 'x', action: 'dance' }))).toContain('malformed-action');
        expect(errorOf(await windows(ann, to, 'nonsense').send({}))).toContain('item-not-found');
      });

      test('leave the conversation beside them alone, and its choices can be pressed (XEP-0439)', async () => {
        await ann.say(bot.jid, 'register talks-night');
        const asked = await ann.wait(
          (one) => one.getChild('body')?.getText().includes('Talks night') ?? false,
        );
        const window = windows(ann, to, 'whoami');
        await window.open();
        const choices = asked.getChildren('response', ns.response).map(({ attrs }) => attrs);
        const texts = asked.getChild('body')!.getText();
        expect(choices.length).toBeGreaterThan(1);
        for (const { label } of choices) expect(texts).toContain(label);
        expect(await ann.ask(bot.jid, choices[0]!.value!)).toContain('Please check');
        await ann.ask(bot.jid, 'cancel');
      });
    });
  });
});
