import { circle, cut, type Dice, line, off, type Papers, path, rect } from './paper.ts';

/** People who talk to each other: heads in a row, speech bubbles above them. */
export function meetup(dice: Dice, papers: Papers): string {
  const count = dice.pick([3, 4]);
  const step = 1200 / count;
  const people = Array.from({ length: count }, (_, n) => ({
    x: Math.round(step * (n + 0.5)) + dice.between(-30, 30),
    y: dice.between(400, 440),
  }));
  const says = shuffledGlyphs(dice);
  const colours = off(papers.ground, papers.white, papers.main, papers.accent, papers.deep, papers.pale);
  const first = dice.between(0, colours.length - 1);
  return [
    ...people.map(({ x, y }, n) =>
      bubble(dice, x, y, step * 0.84, colours[(first + n) % colours.length]!, says[n]!, papers),
    ),
    rect(0, 590, 1200, 40, papers.ink),
    ...people.map(({ x, y }, n) => person(dice, x, y, colours[(first + n + 2) % colours.length]!, papers)),
  ].join('');
}

function person(dice: Dice, x: number, y: number, coat: string, papers: Papers): string {
  const [skin, hair] = [dice.pick([papers.blush, papers.umber, '#d9936a']), papers.ink];
  const cuts = [
    path(`M${x - 68} ${y}A68 68 0 0 1 ${x + 68} ${y}L${x + 30} ${y - 34}L${x - 20} ${y - 22}z`, hair),
    path(
      `M${x - 78} ${y + 66}V${y}A78 78 0 0 1 ${x + 78} ${y}V${y + 66}H${x + 46}V${y - 14}H${x - 46}V${y + 66}z`,
      hair,
    ),
    circle(x, y - 68, 34, hair) + path(`M${x - 66} ${y - 10}A66 66 0 0 1 ${x + 66} ${y - 10}z`, hair),
    path(`M${x - 72} ${y - 12}A72 72 0 0 1 ${x + 72} ${y - 12}z`, coat) +
      rect(x - 8, y - 22, 110, 14, coat, 7),
  ];
  return [
    path(`M${x - 128} 640V566A128 92 0 0 1 ${x + 128} 566V640z`, coat),
    circle(x, y, 64, skin),
    dice.pick(cuts),
  ].join('');
}

type Glyph = (x: number, y: number, fill: string, second: string) => string;

function bubble(
  dice: Dice,
  x: number,
  headY: number,
  room: number,
  fill: string,
  glyph: Glyph,
  papers: Papers,
): string {
  const width = Math.min(room, dice.between(230, 330));
  const height = dice.between(140, 172);
  const top = dice.between(78, 122);
  const left = Math.max(24, Math.min(1176 - width, x - width / 2 + dice.between(-36, 36)));
  const tail = top + height - 4;
  const on = fill === papers.deep ? papers.white : papers.ink;
  const second = off(fill, papers.main, papers.accent, papers.white)[0]!;
  return [
    cut(`${x - 34},${tail} ${x + 26},${tail} ${x + 4},${Math.min(tail + 58, headY - 84)}`, fill),
    rect(left, top, width, height, fill, dice.pick([14, 40, height / 2])),
    glyph(left + width / 2, top + height / 2, on, second),
  ].join('');
}

const glyphs: Glyph[] = [
  (x, y, fill) => [-56, 0, 56].map((dx) => circle(x + dx, y, 17, fill)).join(''),
  (x, y, fill, second) =>
    line(
      `M${x - 38} ${y - 36}L${x - 74} ${y}L${x - 38} ${y + 36}M${x + 38} ${y - 36}L${x + 74} ${y}L${x + 38} ${y + 36}`,
      fill,
      15,
    ) + line(`M${x + 14} ${y - 40}L${x - 14} ${y + 40}`, second, 15),
  (x, y, fill, second) =>
    [
      [150, -34],
      [110, 0],
      [134, 34],
    ]
      .map(([width, dy], n) => rect(x - 75, y + dy! - 9, width!, 18, n === 1 ? second : fill, 9))
      .join(''),
  (x, y, fill) =>
    line(`M${x - 28} ${y - 26}A28 28 0 1 1 ${x} ${y + 4}V${y + 18}`, fill, 16) + circle(x, y + 48, 10, fill),
  (x, y, fill, second) =>
    [40, 74, 56, 92]
      .map((height, n) => rect(x - 72 + n * 38, y + 46 - height, 28, height, n % 2 ? second : fill))
      .join(''),
  (x, y, fill) => line(`M${x - 46} ${y + 4}L${x - 12} ${y + 38}L${x + 52} ${y - 34}`, fill, 18),
];

function shuffledGlyphs(dice: Dice): Glyph[] {
  const left = [...glyphs];
  return glyphs.map(() => left.splice(dice.between(0, left.length - 1), 1)[0]!);
}
