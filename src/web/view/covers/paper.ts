import { createHash } from 'node:crypto';
import type { Tape } from '../tape.ts';

/** The papers that a cover is cut from. `ground` is one of the others. */
export type Papers = Record<
  'ground' | 'main' | 'deep' | 'pale' | 'accent' | 'white' | 'ink' | 'blush' | 'umber',
  string
>;

const shared = { white: '#fff8ea', ink: '#1b1a24', blush: '#f2c3a0', umber: '#8a4f32' };

const byTape: Record<Tape, Pick<Papers, 'main' | 'deep' | 'pale' | 'accent'>> = {
  tomato: { main: '#ea5f45', deep: '#6e1a12', pale: '#fbd7cb', accent: '#f4b63f' },
  marigold: { main: '#f0ad2e', deep: '#5f3208', pale: '#fbe4b4', accent: '#e2553c' },
  fern: { main: '#5dab69', deep: '#143f26', pale: '#d3ead0', accent: '#f4b63f' },
  lagoon: { main: '#37a8b0', deep: '#093f4a', pale: '#c9e8e8', accent: '#ee6a50' },
  iris: { main: '#7f7eea', deep: '#25236b', pale: '#dcdbfa', accent: '#f4b63f' },
  plum: { main: '#c968b3', deep: '#501740', pale: '#f4d5ec', accent: '#f0ad2e' },
};

/** The papers of a tape; the ground is never the tape's own colour, so that the tape stands out on it. */
export function papersOf(tape: Tape, dice: Dice): Papers {
  const own = { ...byTape[tape], ...shared };
  return { ...own, ground: dice.pick([own.pale, own.deep, own.accent, own.pale]) };
}

/** Chance that always falls the same for the same text (mulberry32, from a hash). */
export type Dice = {
  /** A whole number, both ends included. */
  between(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
};

export function diceOf(text: string): Dice {
  let state = createHash('sha256').update(text).digest().readUInt32BE(0);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return { between, pick: (list) => list[between(0, list.length - 1)]! };
}

/** The colours among these that can be told from the ground. */
export const off = (ground: string, ...colours: string[]): string[] =>
  colours.filter((one) => one !== ground);

export const circle = (x: number, y: number, r: number, fill: string) =>
  `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}"/>`;

export const rect = (x: number, y: number, width: number, height: number, fill: string, round = 0) =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${round}" fill="${fill}"/>`;

export const path = (d: string, fill: string) => `<path d="${d}" fill="${fill}"/>`;

/** A polygon: `0,0 10,0 5,8`. */
export const cut = (points: string, fill: string) => `<polygon points="${points}" fill="${fill}"/>`;

export const line = (d: string, stroke: string, width: number) =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;

export const moved = (x: number, y: number, turn: number, ...shapes: string[]) =>
  `<g transform="translate(${x} ${y}) rotate(${turn})">${shapes.join('')}</g>`;
