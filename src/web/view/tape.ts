import { createHash } from 'node:crypto';

export const tapes = ['tomato', 'marigold', 'fern', 'lagoon', 'iris', 'plum'] as const;
export type Tape = (typeof tapes)[number];

/** The colour of a series or of an event that belongs to none: always the same for the same slug. */
export const tapeOf = (slug: string): Tape =>
  tapes[createHash('sha256').update(slug).digest()[0]! % tapes.length]!;
