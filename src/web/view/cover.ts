import type { EventKind } from '../../services/events/queries.ts';
import { barcamp } from './covers/barcamp.ts';
import { conference } from './covers/conference.ts';
import { dinner } from './covers/dinner.ts';
import { meetup } from './covers/meetup.ts';
import { diceOf, papersOf, rect } from './covers/paper.ts';
import type { Tape } from './tape.ts';

const drawings = { barcamp, conference, dinner, meetup };

/**
 * A cover of cut paper for an event without an image: what kind it is can be seen, the rest falls out of the slug and is
 * always the same for it. 1200 × 630; the upper and lower 75 may be cropped. A printed thing: the same in light and dark.
 */
export function cover({ slug, kind, tape }: { slug: string; kind: EventKind; tape: Tape }): string {
  const dice = diceOf(slug);
  const papers = papersOf(tape, dice);
  const drawing = drawings[kind](dice, papers);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 630" preserveAspectRatio="xMidYMid slice">${rect(0, 0, 1200, 630, papers.ground)}${drawing}</svg>`;
}
