import type { SessionKind, SessionLink } from '../db/schema.ts';

/** A session of a demo BarCamp; `at`: the number of its room and of the time that can be claimed, both from 0. */
export type DemoSession = {
  title: string;
  abstract: string;
  kind: SessionKind;
  tags: string;
  at?: [room: number, time: number];
  more?: { level?: string; minutes?: string; features?: string; language?: string };
  links?: SessionLink[];
};

/** A common item, or a stretch of times of a length that can be claimed. */
export type DemoTimes = { from: string; to: string; title?: string; minutes?: string };

export type DemoGrid = {
  rooms: { name: string; capacity: string; features: string }[];
  times: DemoTimes[];
  sessions: DemoSession[];
};

const rooms = [
  { name: 'Press hall', capacity: '80', features: 'projector, microphone, step-free' },
  { name: 'Ink store', capacity: '30', features: 'projector, whiteboard, step-free' },
  { name: 'Type room', capacity: '25', features: 'projector' },
  { name: 'Bindery', capacity: '16', features: 'whiteboard' },
  { name: 'Loft', capacity: '10', features: 'sofas' },
];

const coming: DemoSession[] = [
  {
    title: 'The bot on our stairs, and what it taught us about queues',
    abstract:
      'A chat bot has been opening our front door since March. **Three things broke**, all of them on a Friday.\n\nWhat we would do again, what we would not, and a live attempt to break it.',
    kind: 'talk',
    tags: 'bots, queues',
    at: [0, 0],
    more: { features: 'projector', level: 'intermediate' },
  },
  {
    title: 'Your first BarCamp: ask anything',
    abstract: 'New here? Come and ask. No slides, no stupid questions, and a map of who knows what.',
    kind: 'discussion',
    tags: 'newcomers',
    at: [4, 0],
    more: { level: 'beginner' },
  },
  {
    title: 'Sew your own phone pocket',
    abstract: 'Needles, felt and conductive thread are there. Bring an old pair of jeans.',
    kind: 'workshop',
    tags: 'making',
    at: [3, 1],
    more: { minutes: '30' },
  },
  {
    title: 'Postgres is a queue, and that is fine',
    abstract:
      'Why a table with `for update skip locked` carries a small shop further than you think, with figures.',
    kind: 'talk',
    tags: 'databases, queues',
    at: [1, 1],
    more: { features: 'projector', level: 'advanced' },
  },
  {
    title: 'What does a fair waiting list look like?',
    abstract: 'Dinner clubs, doctors and festivals all queue differently. Bring your worst one.',
    kind: 'discussion',
    tags: 'community, queues',
    at: [3, 0],
  },
  {
    title: 'A map of every bench in Ouseburn',
    abstract: 'Forty people, one weekend, four hundred benches. How to ask a town to draw its own map.',
    kind: 'talk',
    tags: 'maps, community',
    at: [0, 1],
    more: { level: 'beginner' },
  },
  {
    title: 'Web accessibility with the screen off',
    abstract: 'We turn the monitor off and book a train. Twenty minutes of that changes how you write HTML.',
    kind: 'demo',
    tags: 'accessibility, web',
    at: [0, 2],
    more: { features: 'projector' },
  },
  {
    title: 'Barrierefreiheit für Eilige',
    abstract: 'Die fünf Dinge, die fast immer fehlen. Auf Deutsch, Fragen gern auf Englisch.',
    kind: 'talk',
    tags: 'accessibility, web',
    at: [2, 3],
    more: { language: 'de' },
  },
  {
    title: 'Running a meetup without burning out',
    abstract: 'Four organisers, eleven years, two breaks. What we hand over and what we stopped doing.',
    kind: 'discussion',
    tags: 'community',
    at: [1, 2],
  },
  {
    title: 'Tiny games in 13 kB',
    abstract: 'A live coding session: by the end there is a game, and it fits in a tweet thread.',
    kind: 'demo',
    tags: 'games, web',
    at: [2, 1],
    more: { features: 'projector' },
  },
  {
    title: 'Feeds are not dead',
    abstract: 'Reading the web without a timeline: Atom, ActivityPub and a paper notebook.',
    kind: 'talk',
    tags: 'web',
    at: [1, 0],
  },
  {
    title: 'Soldering for people who are afraid of soldering',
    abstract: 'Eight irons, a blinking badge to take home. Children with an adult are welcome.',
    kind: 'workshop',
    tags: 'making',
    at: [3, 4],
    more: { minutes: '30', level: 'beginner' },
  },
  {
    title: 'How we left the cloud and came half-way back',
    abstract: 'Bills, graphs, regrets.',
    kind: 'talk',
    tags: 'hosting',
    at: [0, 4],
    more: { level: 'intermediate' },
  },
  { title: 'Stammtisch: the Elixir people', abstract: '', kind: 'discussion', tags: 'elixir', at: [4, 3] },
  {
    title: 'Type on the web is better than you think',
    abstract: 'Variable fonts, optical sizes, and the three lines of CSS that matter.',
    kind: 'talk',
    tags: 'design, web',
    at: [2, 4],
    more: { features: 'projector' },
  },
  {
    title: 'Reading group: the old Unix papers',
    abstract: 'We read four pages together, aloud.',
    kind: 'discussion',
    tags: 'history',
  },
  {
    title: 'Should our town have its own Mastodon?',
    abstract: 'Costs, moderation, and who gets up at night.',
    kind: 'discussion',
    tags: 'community, fediverse',
  },
  {
    title: 'Moderation for small communities',
    abstract: 'Rules that fit on an index card.',
    kind: 'workshop',
    tags: 'community, fediverse',
  },
  {
    title: 'Pub quiz, but every answer is a port number',
    abstract: '22 questions.',
    kind: 'demo',
    tags: 'games',
  },
];

const slides = (url: string): SessionLink[] => [{ kind: 'slides', url, title: 'Slides' }];

const past: DemoSession[] = [
  {
    title: 'Message queues for bloggers',
    abstract: 'A mail should not make anybody wait. How a weblog with one reader got a queue, and why.',
    kind: 'talk',
    tags: 'queues, web',
    at: [0, 0],
    links: slides('https://example.org/slides/message-queues'),
  },
  {
    title: 'Bots on instant messaging',
    abstract: 'Menus with numbers beat clever sentences. A tour of ten bots that people kept talking to.',
    kind: 'demo',
    tags: 'bots',
    at: [1, 0],
    links: [
      ...slides('https://example.org/slides/bots'),
      { kind: 'recording', url: 'https://example.org/video/bots', title: 'Recording, 24 minutes' },
    ],
  },
  {
    title: 'An API for everything',
    abstract: 'If the site can do it, a program should be able to.',
    kind: 'discussion',
    tags: 'web',
    at: [0, 1],
    links: [{ kind: 'notes', url: 'https://example.org/notes/api', title: 'What we wrote on the wall' }],
  },
  {
    title: 'Deploying with one command',
    abstract: 'And rolling back with one, too.',
    kind: 'talk',
    tags: 'hosting',
    at: [1, 1],
  },
];

/** The grids of the demo's BarCamps, by their slugs. */
export const demoGrids: Record<string, DemoGrid> = {
  'barcamp-ne': {
    rooms,
    times: [
      { from: '09:30', to: '10:10', title: 'Welcome and pitches' },
      { from: '10:15', to: '12:30', minutes: '45' },
      { from: '12:30', to: '13:30', title: 'Lunch' },
      { from: '13:30', to: '15:00', minutes: '45' },
      { from: '15:00', to: '15:30', title: 'Cake' },
      { from: '15:30', to: '16:15', minutes: '45' },
      { from: '16:20', to: '17:00', title: 'Closing, and a photograph' },
    ],
    sessions: coming,
  },
  'barcamp-ne-spring': {
    rooms: rooms.slice(0, 2),
    times: [
      { from: '10:00', to: '12:00', minutes: '60' },
      { from: '12:00', to: '13:00', title: 'Lunch' },
    ],
    sessions: past,
  },
};
