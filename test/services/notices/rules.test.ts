import { describe, expect, it } from 'vitest';
import {
  kindsWith,
  mailDue,
  type RegistrationKind,
  type Standing,
  untrueBecause,
} from '../../../src/services/notices/rules.ts';
import { noon } from '../../support/factories.ts';

const standing = (kind: RegistrationKind, more: Partial<Standing> = {}): Standing => ({
  kind,
  registration: 'confirmed',
  event: { state: 'published', endsAt: new Date(noon.getTime() + 1000) },
  newer: [],
  again: false,
  ...more,
});
const why = (kind: RegistrationKind, more: Partial<Standing> = {}) =>
  untrueBecause(standing(kind, more), noon);
const cancelled = { state: 'cancelled' as const, endsAt: new Date(noon.getTime() + 1000) };

describe('a notice is told only while it is true', () => {
  it.each<[RegistrationKind, Standing['registration'][]]>([
    ['confirmed', ['confirmed']],
    ['promoted', ['confirmed']],
    ['waitlisted', ['waitlisted']],
    ['moved_to_waiting', ['waitlisted']],
    ['offered', ['offered']],
    ['lapsed', ['cancelled']],
    ['cancelled', ['cancelled']],
    ['link', ['confirmed', 'offered', 'waitlisted']],
    ['event_changed', ['confirmed', 'offered', 'waitlisted']],
  ])('%s: by the state of the registration', (kind, states) => {
    for (const registration of ['confirmed', 'offered', 'waitlisted', 'cancelled'] as const)
      expect(why(kind, { registration })).toBe(states.includes(registration) ? undefined : 'no_longer_so');
  });

  it('by the state of the event: one that is off tells that, and cancellations', () => {
    for (const kind of ['confirmed', 'promoted', 'link', 'event_changed'] as const)
      expect(why(kind, { event: cancelled })).toBe('event_not_so');
    expect(why('event_cancelled', { event: cancelled })).toBeUndefined();
    expect(why('event_cancelled')).toBe('event_not_so');
    expect(why('event_cancelled', { event: cancelled, registration: 'cancelled' })).toBe('no_longer_so');
    expect(why('cancelled', { event: cancelled, registration: 'cancelled' })).toBeUndefined();
  });

  it('not once the event is over', () => {
    expect(why('confirmed', { event: { state: 'published', endsAt: noon } })).toBe('event_over');
  });

  it('only the newest of its sort', () => {
    expect(why('confirmed', { newer: ['moved_to_waiting', 'promoted'] })).toBe('superseded');
    expect(why('promoted', { newer: ['link', 'event_changed'] })).toBeUndefined();
    expect(why('event_changed', { newer: ['event_changed'] })).toBe('superseded');
    expect(why('offered', { registration: 'offered', newer: ['offered'] })).toBe('superseded');
    expect(why('event_cancelled', { newer: ['event_changed'], event: cancelled })).toBe('superseded');
  });

  it('not that a registration is cancelled when there is a new one', () => {
    expect(why('cancelled', { registration: 'cancelled', again: true })).toBe('no_longer_so');
    expect(why('lapsed', { registration: 'cancelled', again: true })).toBe('no_longer_so');
  });
});

describe('who wants no mail', () => {
  it('still gets answers, and what must not be missed', () => {
    expect(kindsWith((rule) => rule.mail === 'unless_stopped')).toEqual([
      'event_changed',
      'announced',
      'grid_changed',
    ]);
    const none = { notify: false, older: [] };
    expect(mailDue('promoted', none)).toBe(true);
    expect(mailDue('event_changed', none)).toBe(false);
    expect(mailDue('event_changed', { notify: true, older: [] })).toBe(true);
    expect(mailDue('event_changed', { notify: false, older: ['event_cancelled'] })).toBe(true);
  });
});
