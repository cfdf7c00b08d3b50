import { expect, test } from 'vitest';
import { isPutOut, readRoomLine } from '../../../bot/transports/xmpp/room-lines.ts';
import { el, ns } from '../../../bot/transports/xmpp/stanza.ts';

const said = (body: string, more: Parameters<typeof el>[2] = undefined, attrs: object = {}) =>
  readRoomLine(
    el('message', { from: 'camp@muc/ann', type: 'groupchat', ...attrs }, el('body', {}, body), more),
    'turnout',
  )?.text;

test('a line in a room is for the bot when it begins with its name or with an exclamation mark', () => {
  for (const body of ['turnout: now', 'Turnout, now', '@turnout now', 'turnout now', '!now', '! now '])
    expect(said(body)).toBe('now');
  expect(said('turnout')).toBe('');
  for (const body of ['now', 'turnouts: now', 'I like turnout: now', '!!', '', 'see turnout'])
    expect(said(body)).toBeUndefined();
});

test('what was said before, by itself, by the room, or in private is none', () => {
  expect(said('!now', el('delay', { xmlns: ns.delay, stamp: '2026-05-30T09:00:00Z' }))).toBeUndefined();
  expect(said('!now', undefined, { from: 'camp@muc/turnout' })).toBeUndefined();
  expect(said('!now', undefined, { from: 'camp@muc' })).toBeUndefined();
  expect(said('!now', undefined, { type: 'chat' })).toBeUndefined();
});

test('a service that shuts down puts nobody out', () => {
  const left = (...codes: string[]) =>
    el(
      'presence',
      { type: 'unavailable' },
      el('x', { xmlns: ns.mucUser }, ...codes.map((code) => el('status', { code }))),
    );
  expect(['301', '307', '321', '322'].map((code) => isPutOut(left('110', code)))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect([isPutOut(left('110')), isPutOut(left('332'))]).toEqual([false, false]);
  expect(isPutOut(el('presence', {}, el('x', { xmlns: ns.mucUser }, el('destroy'))))).toBe(true);
});
