import type { World } from './world.ts';

/**
 * The pages that test/pages/look-*.test.ts look at: accessible, nothing wider than the window, nothing against the content
 * security policy. A part of the site that is new adds its pages here.
 */
export type PageToCheck = {
  name: string;
  path: string | ((world: World) => string);
  /** Visited signed in with this address; absent: a visitor. */
  as?: string;
  /** What is answered; absent: 200. */
  status?: number;
  /** Text lies over pictures or over other text: looked at in each width with each scheme. */
  overlaps?: true;
};

/** Organises all of it. */
export const organiser = 'olga@example.org';

export const pagesToCheck: PageToCheck[] = [
  { name: 'home', path: '/', overlaps: true },
  { name: 'past events', path: '/events/past' },
  { name: 'series', path: '/series/web-week' },
  { name: 'event', path: '/events/conf', overlaps: true },
  { name: 'event, seen by somebody who is coming', path: '/events/conf', as: 'ann@example.org' },
  { name: 'full event', path: '/events/full' },
  { name: 'event that is not open yet', path: '/events/later' },
  { name: 'cancelled event', path: '/events/dropped' },
  { name: 'past event', path: '/events/last-month' },
  { name: 'attendees', path: '/events/conf/attendees' },
  { name: 'nobody on the list', path: '/events/camp/attendees' },
  { name: 'register', path: '/events/conf/register' },
  { name: 'register, waiting list', path: '/events/full/register' },
  { name: 'register, signed in and registered', path: '/events/conf/register', as: 'ann@example.org' },
  { name: 'register, full', path: '/events/no-list/register', status: 409 },
  { name: 'registration, confirmed', path: (world) => world.manage.conf },
  { name: 'registration, waiting', path: (world) => world.manage.waiting },
  { name: 'registration, cancelled', path: (world) => world.manage.cancelled },
  { name: 'registration of a cancelled event', path: (world) => world.manage.dropped },
  { name: 'ticket', path: (world) => world.ticket },
  { name: 'register a party', path: '/events/supper/register' },
  { name: 'registration of a party', path: (world) => world.manage.party },
  { name: 'who comes', path: (world) => `${world.manage.party}/party` },
  { name: 'registration with an offer', path: (world) => world.manage.offered },
  { name: 'the rule of the waiting list', path: '/help/waiting-list' },
  { name: 'tables', path: '/organise/events/supper/tables', as: organiser },
  { name: 'restaurant sheet', path: '/organise/events/supper/restaurant', as: organiser },
  { name: 'check-in', path: '/organise/events/supper/check-in', as: organiser },
  { name: 'line', path: '/organise/events/supper/line', as: organiser },
  { name: 'announce', path: '/organise/events/supper/announce', as: organiser },
  { name: 'what one organises', path: '/organise', as: organiser },
  { name: 'overview', path: '/organise/events/conf', as: organiser },
  { name: 'attendees, for organisers', path: '/organise/events/conf/attendees', as: organiser },
  { name: 'event form', path: '/organise/events/conf/edit', as: organiser },
  { name: 'team', path: '/organise/events/conf/team', as: organiser },
  { name: 'jobs', path: '/organise/jobs', as: organiser },
  { name: 'many strangers', path: '/organise/events/conf/strangers', as: organiser },
  { name: 'link for the wall', path: '/organise/events/conf/wall', as: organiser },
  { name: 'cancel many', path: '/organise/events/conf/attendees/cancel?q=x', as: organiser },
  {
    name: 'cancelled together',
    path: (world) => `/organise/events/conf/cancellations/${world.cancellation}`,
    as: organiser,
  },
  { name: 'forget me', path: '/me/forget', as: 'ann@example.org' },
  { name: 'sessions', path: '/events/wall/sessions' },
  {
    name: 'sessions, filtered, of a host',
    path: '/events/wall/sessions?mine=1&order=time&q=a',
    as: 'ann@example.org',
  },
  { name: 'sessions, none', path: '/events/bare-wall/sessions' },
  { name: 'session', path: '/events/wall/sessions/2' },
  { name: 'session, of its host, with warnings', path: '/events/wall/sessions/1', as: 'ann@example.org' },
  { name: 'session, of its host, not on the grid', path: '/events/wall/sessions/5', as: 'ann@example.org' },
  { name: 'session, withdrawn', path: '/events/wall/sessions/3', as: 'ann@example.org' },
  { name: 'propose a session', path: '/events/wall/sessions/new', as: 'ann@example.org' },
  { name: 'propose, not registered', path: '/events/wall/sessions/new', as: 'new@example.org', status: 403 },
  { name: 'edit a session', path: '/events/wall/sessions/1/edit', as: 'ann@example.org' },
  { name: 'archive of sessions', path: '/sessions' },
  { name: 'archive, searched', path: '/sessions?q=script&with=slides' },
  { name: 'archive, nothing found', path: '/sessions?q=zzzzzz' },
  { name: 'grid', path: '/events/wall/schedule', overlaps: true },
  { name: 'grid, of a host', path: '/events/wall/schedule?mine=1', as: 'ann@example.org', overlaps: true },
  { name: 'grid, as a list', path: '/events/wall/schedule?view=list&tag=script' },
  { name: 'grid, choosing a place', path: '/events/wall/schedule?claim=1', as: 'ann@example.org' },
  { name: 'grid, after moving', path: '/events/wall/schedule?placed=1&from=1-1', as: 'ann@example.org' },
  { name: 'grid, not set up', path: '/events/camp/schedule' },
  { name: 'grid, on the wall', path: '/events/wall/schedule?screen', overlaps: true },
  { name: 'cell, free', path: (world) => `/events/wall/schedule/cell/${world.free}`, as: 'ann@example.org' },
  { name: 'cell, taken', path: (world) => `/events/wall/schedule/cell/${world.taken}` },
  { name: 'changes of a grid', path: '/events/wall/schedule/changes' },
  { name: 'changes of a grid, none', path: '/events/bare-wall/schedule/changes' },
  { name: 'card on a phone', path: (world) => world.card },
  { name: 'card on a phone, withdrawn', path: (world) => world.cardWithdrawn, status: 410 },
  { name: 'own card to print', path: '/events/wall/sessions/1/card', as: 'ann@example.org' },
  { name: 'setting up a grid', path: '/organise/events/wall/grid', as: organiser, overlaps: true },
  { name: 'setting up a grid, none yet', path: '/organise/events/camp/grid', as: organiser },
  { name: 'room', path: (world) => `/organise/events/wall/grid/rooms/${world.room}`, as: organiser },
  { name: 'new times', path: '/organise/events/wall/grid/slots/new', as: organiser },
  { name: 'pitch round', path: '/organise/events/wall/pitches', as: organiser, overlaps: true },
  { name: 'cards to print', path: '/organise/events/wall/cards', as: organiser },
  { name: 'sign in', path: '/sign-in' },
  { name: 'me', path: '/me', as: 'ann@example.org' },
  { name: 'me, without anything', path: '/me', as: 'new@example.org' },
  { name: 'not found', path: '/nothing', status: 404 },
];
