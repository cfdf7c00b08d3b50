import type { Base } from '../../src/context.ts';
import { makeEvent, signUp } from './factories.ts';

const diet = { label: 'Diet', kind: 'choice', options: 'vegan\nvegetarian\nanything', required: 'yes' };
const questions = [
  { label: 'T-shirt', kind: 'choice', options: 'S\nM\nL', help: 'Unisex sizes.' },
  { label: 'Which days?', kind: 'several', options: 'Saturday\nSunday', required: 'yes' },
  { label: 'How many talks would you give?', kind: 'number' },
  { label: 'Do you come by bike?', kind: 'yesno', required: 'yes' },
  { label: 'Constructor', kind: 'long', help: 'What do you build?' },
];

/** A web week as seen on 1 May 2026, noon UTC: what the transcripts talk about. */
export async function makeWorld(base: Base): Promise<void> {
  const week = { series: 'Web Week' };
  await makeEvent(base, {
    ...week,
    name: 'Geek dinner',
    startsAt: '2026-05-27T19:00',
    endsAt: '2026-05-27T22:00',
    venueName: 'The Crown',
    venueAddress: '1 High Street',
    summary: 'Eat with people who like computers.',
    capacity: '3',
    questions: [diet],
  });
  await makeEvent(base, {
    ...week,
    name: 'Geek breakfast',
    kind: 'meetup',
    startsAt: '2026-05-28T08:00',
    endsAt: '2026-05-28T09:30',
  });
  await makeEvent(base, {
    ...week,
    name: 'BarCamp',
    kind: 'barcamp',
    startsAt: '2026-05-30T09:00',
    endsAt: '2026-05-31T17:00',
    questions,
  });
  await makeEvent(base, {
    name: 'Talks night',
    kind: 'meetup',
    capacity: '1',
    startsAt: '2026-06-02T19:00',
    endsAt: '2026-06-02T21:00',
  });
  await signUp(base, { slug: 'talks-night' }, 'Zoe');
  await makeEvent(base, {
    name: 'Tiny workshop',
    kind: 'meetup',
    capacity: '1',
    waitingList: '',
    startsAt: '2026-06-03T19:00',
    endsAt: '2026-06-03T21:00',
  });
  await signUp(base, { slug: 'tiny-workshop' }, 'Zoe');
  await makeEvent(base, {
    name: 'Early bird',
    kind: 'meetup',
    startsAt: '2026-06-04T19:00',
    endsAt: '2026-06-04T21:00',
    opensAt: '2026-05-20T10:00',
  });
  await makeEvent(base, {
    name: 'Late show',
    kind: 'meetup',
    startsAt: '2026-06-05T19:00',
    endsAt: '2026-06-05T21:00',
    closesAt: '2026-05-01T10:00',
  });
}
