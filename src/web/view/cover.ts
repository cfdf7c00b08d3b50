import { createHash } from 'node:crypto';
import type { Tape } from './tape.ts';

type Cover = { slug: string; name: string; kind: string; tape: Tape };

/** The poster colours of a tape: ground, two papers, ink. The same in light and dark: a cover is a printed thing. */
const inks: Record<Tape, [ground: string, first: string, second: string]> = {
  tomato: ['#e2503a', '#fbe7bd', '#1b1a24'],
  marigold: ['#efa827', '#fffdf7', '#a32a17'],
  fern: ['#4f9d5c', '#fbe7bd', '#12331b'],
  lagoon: ['#2a9ba3', '#fffdf7', '#efa827'],
  iris: ['#6a6ae0', '#fbdcd3', '#1b1a24'],
  plum: ['#ab4a93', '#fbe7bd', '#1b1a24'],
};

/** A cover of cut paper for an event without an image: shapes on a grid, always the same for the same slug. 1200 × 630. */
export function cover({ slug, kind, tape }: Cover): string {
  const bytes = createHash('sha256').update(slug).digest();
  const [ground, first, second] = inks[tape];
  const cells = Array.from({ length: 8 }, (_, n) =>
    cell(n, bytes[n]!, bytes[n + 8]!, [ground, first, second]),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 630" preserveAspectRatio="xMidYMid slice"><rect width="1200" height="630" fill="${ground}"/>${cells.join('')}${motifs[kind]?.(first, second) ?? ''}</svg>`;
}

/** One of a few shapes in a square of 300. */
function cell(n: number, shape: number, turn: number, [, first, second]: string[]): string {
  const x = (n % 4) * 300;
  const y = Math.floor(n / 4) * 315;
  const fill = shape & 64 ? first : second;
  const turned = `transform="translate(${x + 150} ${y + 157}) rotate(${(turn % 4) * 90})"`;
  const shapes = [
    `<path d="M-150-150A300 300 0 0 1 150 150L-150 150z" fill="${fill}"/>`,
    `<circle r="${90 + (turn % 50)}" fill="${fill}"/>`,
    `<path d="M-150-150L150 150L-150 150z" fill="${fill}"/>`,
    `<path d="M-150-60H150V-10H-150zM-150 30H150V80H-150z" fill="${fill}"/>`,
    `<path d="M-150 0A150 150 0 0 1 150 0z" fill="${fill}"/>`,
    '',
    `<path d="M0-150L150 0L0 150L-150 0z" fill="${fill}"/>`,
    '',
  ];
  return `<g ${turned}>${shapes[shape % shapes.length]}</g>`;
}

const motifs: Record<string, (first: string, second: string) => string> = {};
