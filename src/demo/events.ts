import type { EventInput } from '../services/events/input.ts';

/** An event of the demo week: its form without times, when it is, and how many have registered. */
export type DemoEvent = {
  /** Days from today, and the hours there. */
  day: number;
  from: string;
  to: string;
  registered: number;
  form: EventInput;
};

const week = 'North East Web Week';
export const demoZone = 'Europe/London';

const diet = {
  label: 'What do you eat?',
  kind: 'choice',
  options: 'Everything\nVegetarian\nVegan\nHalal\nGluten-free',
  help: 'The kitchen cooks for you: tell us what you do not eat.',
  required: 'on',
};

/** A "web week" in the coming days, and one event that was. */
export const demoEvents: DemoEvent[] = [
  {
    day: 3,
    from: '18:30',
    to: '21:00',
    registered: 34,
    form: {
      name: 'Super Mondays: small tools, sharp edges',
      slug: 'super-mondays',
      kind: 'meetup',
      series: week,
      summary: 'Three short talks about the little programs that we write for ourselves, and a drink after.',
      description: `Three people, fifteen minutes each, no slides needed:

* **A shell for the impatient**: what thirty aliases taught me
* **Feeds are not dead**: reading the web without a timeline
* **The bot on our stairs**: it knows who is in the office

Doors open at six. There is tea, and a bar downstairs afterwards.

The room holds 25, and that is all there is: put yourself on the waiting list, people always drop out.`,
      venueName: 'The Stephenson Room',
      venueAddress: '12 Quayside, Newcastle upon Tyne',
      venueUrl: 'https://www.openstreetmap.org/search?query=Quayside%20Newcastle',
      capacity: '25',
      waitingList: 'on',
      questions: [{ label: 'Have you been before?', kind: 'yesno' }],
    },
  },
  {
    day: 4,
    from: '09:00',
    to: '17:30',
    registered: 118,
    form: {
      name: 'Thinking Web: the conference',
      slug: 'thinking-web',
      kind: 'conference',
      series: week,
      summary: 'A day of talks about making things for the web that last, with long breaks for talking.',
      description: `One track, eight talks, and breaks that are long enough.

## In the morning

How pages got heavy and how they get light again; what we owe to people on old phones; a library that has kept its API for twelve years.

## In the afternoon

Names, forms and other hard things; a town council's website, honestly told; and a panel that you may interrupt.

Lunch is included. There is a quiet room, a hearing loop and level access.`,
      venueName: 'The Tyne Assembly Hall',
      venueAddress: '1 Barras Bridge, Newcastle upon Tyne',
      venueUrl: 'https://www.openstreetmap.org/search?query=Barras%20Bridge%20Newcastle',
      capacity: '180',
      waitingList: 'on',
      questions: [
        diet,
        {
          label: 'What do you do?',
          kind: 'text',
          help: 'On your badge, below your name.',
          audience: 'public',
        },
      ],
    },
  },
  {
    day: 4,
    from: '19:00',
    to: '22:30',
    registered: 24,
    form: {
      name: 'Geek dinner',
      slug: 'geek-dinner',
      kind: 'dinner',
      series: week,
      summary: 'Dinner after the conference, open to all, at least until it fills up.',
      description: `No talks, no sponsors: forty people round four long tables.

Come alone, or bring two: say who they are and what you all eat.

Please cancel if you cannot come, so that somebody from the waiting list gets your chair.`,
      venueName: 'Café Collingwood',
      venueAddress: '33 Collingwood Street, Newcastle upon Tyne',
      venueUrl: 'https://www.openstreetmap.org/search?query=Collingwood%20Street%20Newcastle',
      cost: 'Your share at the table, about £25 with a drink. Cash or card.',
      capacity: '40',
      waitingList: 'on',
      partyMost: '4',
      line: 'offer',
      offerHours: '24',
      reconfirmHours: '48, 6',
      menu: 'Main course:\nRoast lamb | 16\nMushroom risotto\nBaked aubergine\n\nPudding:\nSticky toffee pudding\nCheese and biscuits',
      questions: [],
    },
  },
  {
    day: 5,
    from: '09:30',
    to: '17:00',
    registered: 62,
    form: {
      name: 'BarCamp North East',
      slug: 'barcamp-ne',
      kind: 'barcamp',
      series: week,
      summary: 'A day that has no programme until you make it: bring a session, or bring questions.',
      description: `At half past nine the wall is empty. At ten it is full.

Everybody who comes can put a session on the grid: a talk, a demo, a question, a workshop, a game. If it is your first BarCamp, you are exactly who we hope for.

* Five rooms, half-hour slots
* Lunch, coffee, and cake at three
* Children are welcome; there is a room for them`,
      venueName: 'The Old Print Works',
      venueAddress: '7 Foundry Lane, Ouseburn, Newcastle upon Tyne',
      venueUrl: 'https://www.openstreetmap.org/search?query=Foundry%20Lane%20Newcastle',
      capacity: '100',
      waitingList: 'on',
      questions: [
        { ...diet, label: 'What do you eat at lunch?' },
        {
          label: 'Will you bring a session?',
          kind: 'choice',
          options: 'Yes\nPerhaps\nNot this time',
          audience: 'public',
        },
        { label: 'T-shirt size', kind: 'choice', options: 'S\nM\nL\nXL\nXXL' },
        { label: 'Anything that we should know?', kind: 'long' },
      ],
    },
  },
  {
    day: -180,
    from: '10:00',
    to: '17:00',
    registered: 44,
    form: {
      name: 'BarCamp North East: spring',
      slug: 'barcamp-ne-spring',
      kind: 'barcamp',
      summary: 'The one in the old school, with the leaking roof and the very good soup.',
      description: 'Two rooms, one roof, a dozen buckets. Thank you to everybody who held one.',
      venueName: 'The Old School',
      venueAddress: 'Stepney Bank, Newcastle upon Tyne',
      capacity: '60',
      waitingList: 'on',
    },
  },
  {
    day: -24,
    from: '18:30',
    to: '21:00',
    registered: 31,
    form: {
      name: 'Super Mondays: maps',
      slug: 'super-mondays-maps',
      kind: 'meetup',
      summary: 'Maps on paper, maps in browsers, and a game with string.',
      description:
        'Three talks about maps, and a game that needed forty metres of string. Thank you for coming!',
      venueName: 'The Stephenson Room',
      venueAddress: '12 Quayside, Newcastle upon Tyne',
      capacity: '40',
      waitingList: 'on',
    },
  },
];
