import type { Glyph } from 'fontkit';

type Metrics = { unitsPerEm: number; ascent: number; descent: number };
type Point = { x: number; y: number; on: boolean };
/** A glyph in the form of the `glyf` table, with what the other tables say of it. */
type Outline = { data: Buffer; box: number[]; points: number; contours: number; advance: number };

/**
 * A TrueType font of outlines by code point: as much of OpenType 1.9 as programs that make PDF read. `missing` is the
 * glyph for all others.
 */
export function trueType(name: string, missing: Glyph, glyphs: Map<number, Glyph>, metrics: Metrics): Buffer {
  const codePoints = [...glyphs.keys()].sort((a, b) => a - b);
  const outlines = [missing, ...codePoints.map((point) => glyphs.get(point)!)].map(outlineOf);
  return file({
    'OS/2': os2(metrics),
    cmap: cmap(codePoints),
    glyf: Buffer.concat(outlines.map((one) => one.data)),
    head: head(metrics, outlines),
    hhea: hhea(metrics, outlines),
    hmtx: Buffer.concat(outlines.map((one) => shorts(one.advance, one.box[0]!))),
    loca: longs(...offsets(outlines)),
    maxp: maxp(outlines),
    name: names(name),
    post: Buffer.concat([longs(0x00030000), Buffer.alloc(28)]),
  });
}

const shorts = (...values: number[]): Buffer => {
  const buffer = Buffer.alloc(values.length * 2);
  values.forEach((value, n) => {
    buffer.writeUInt16BE(value & 0xffff, n * 2);
  });
  return buffer;
};
const longs = (...values: number[]): Buffer => {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, n) => {
    buffer.writeUInt32BE(value >>> 0, n * 4);
  });
  return buffer;
};

function outlineOf({ path, advanceWidth }: Glyph): Outline {
  const contours = contoursOf(path.commands);
  const points = contours.flat();
  const box = boxOf(points);
  const ends = contours.map((_, n) => contours.slice(0, n + 1).flat().length - 1);
  const deltas = (axis: 'x' | 'y') => points.map((one, n) => one[axis] - (points[n - 1]?.[axis] ?? 0));
  const plain = Buffer.concat([
    shorts(contours.length, ...box, ...ends, 0),
    Buffer.from(points.map((one) => (one.on ? 1 : 0))),
    shorts(...deltas('x'), ...deltas('y')),
  ]);
  const data = points.length === 0 ? Buffer.alloc(0) : padded(plain);
  return { data, box, points: points.length, contours: contours.length, advance: Math.round(advanceWidth) };
}

function contoursOf(commands: Glyph['path']['commands']): Point[][] {
  const contours: Point[][] = [];
  for (const { command, args } of commands) {
    if (command === 'moveTo') contours.push([]);
    for (let n = 0; n < args.length; n += 2) {
      const on = command !== 'quadraticCurveTo' || n === 2;
      contours.at(-1)!.push({ x: Math.round(args[n]!), y: Math.round(args[n + 1]!), on });
    }
  }
  return contours.filter((one) => one.length > 0);
}

function boxOf(points: Point[]): number[] {
  if (points.length === 0) return [0, 0, 0, 0];
  const [xs, ys] = [points.map((one) => one.x), points.map((one) => one.y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** Where each outline begins, and where the last one ends. */
function offsets(outlines: Outline[]): number[] {
  let at = 0;
  const ends = outlines.map(({ data }) => {
    at += data.length;
    return at;
  });
  return [0, ...ends];
}

const boxOfAll = (outlines: Outline[]): number[] => [
  ...[0, 1].map((n) => Math.min(...outlines.map((one) => one.box[n]!))),
  ...[2, 3].map((n) => Math.max(...outlines.map((one) => one.box[n]!))),
];

/** Long offsets in `loca`, as its last fields say. */
const head = ({ unitsPerEm }: Metrics, outlines: Outline[]): Buffer =>
  Buffer.concat([
    longs(0x00010000, 0x00010000, 0, 0x5f0f3cf5),
    shorts(0, unitsPerEm),
    Buffer.alloc(16),
    shorts(...boxOfAll(outlines), 0, 8, 2, 1, 0),
  ]);

function hhea({ ascent, descent }: Metrics, outlines: Outline[]): Buffer {
  const widest = Math.max(...outlines.map((one) => one.advance));
  return Buffer.concat([
    longs(0x00010000),
    shorts(ascent, descent, 0, widest, 0, 0, widest, 1, 0, 0, 0, 0, 0, 0, 0, outlines.length),
  ]);
}

const maxp = (outlines: Outline[]): Buffer =>
  Buffer.concat([
    longs(0x00010000),
    shorts(
      outlines.length,
      Math.max(...outlines.map((one) => one.points)),
      Math.max(...outlines.map((one) => one.contours)),
      ...[0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
    ),
  ]);

/** One group a code point, format 12: glyph 0 is for all that are not here. */
const cmap = (codePoints: number[]): Buffer =>
  Buffer.concat([
    shorts(0, 1, 3, 10),
    longs(12),
    shorts(12, 0),
    longs(16 + 12 * codePoints.length, 0, codePoints.length),
    ...codePoints.map((point, n) => longs(point, point, n + 1)),
  ]);

function names(name: string): Buffer {
  const text = Buffer.from(name, 'utf16le').swap16();
  return Buffer.concat([shorts(0, 1, 18, 3, 1, 0x409, 6, text.length, 0), text]);
}

function os2({ ascent, descent }: Metrics): Buffer {
  const table = Buffer.alloc(78);
  shorts(800, 5).copy(table, 4);
  shorts(ascent, descent, 0, ascent, -descent).copy(table, 68);
  return table;
}

const padded = (data: Buffer): Buffer => Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);

/** The tables behind their directory. Checksums are left out: nobody who reads such a file for a PDF looks at them. */
function file(tables: Record<string, Buffer>): Buffer {
  const entries = Object.entries(tables);
  const power = Math.floor(Math.log2(entries.length));
  const range = 16 * 2 ** power;
  let at = 12 + 16 * entries.length;
  const directory = entries.map(([tag, data]) => {
    const entry = Buffer.concat([Buffer.from(tag.padEnd(4), 'latin1'), longs(0, at, data.length)]);
    at += padded(data).length;
    return entry;
  });
  const start = [longs(0x00010000), shorts(entries.length, range, power, 16 * entries.length - range)];
  return Buffer.concat([...start, ...directory, ...entries.map(([, data]) => padded(data))]);
}
