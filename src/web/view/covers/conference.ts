import { circle, cut, type Dice, line, off, type Papers, path, rect } from './paper.ts';

/** A talk: a lit stage with a screen and a speaker, and the backs of an audience. */
export function conference(dice: Dice, papers: Papers): string {
  const side = dice.pick([-1, 1]);
  const at = 600 + side * dice.between(90, 150);
  const stage = papers.ground === papers.deep ? papers.main : papers.deep;
  return [
    beams(dice, papers, at),
    rect(at - 260, 90, 520, 280, papers.ink, 8),
    rect(at - 246, 104, 492, 252, papers.white, 3),
    slide(dice, papers, at),
    rect(0, 425, 1200, 230, stage),
    speaker(at - side * dice.between(350, 400), side, papers),
    audience(dice, papers, stage, 520, 50, 124),
    audience(dice, papers, stage, 600, 62, 152),
  ].join('');
}

function beams(dice: Dice, papers: Papers, at: number): string {
  const [one, two = one] = off(papers.ground, papers.pale, papers.main, papers.accent);
  const from = [dice.between(40, 260), dice.between(940, 1160)];
  return from
    .map((x, n) =>
      cut(`${x - 26},0 ${x + 26},0 ${at + 330 - n * 60},430 ${at - 270 - n * 60},430`, [one!, two!][n]!),
    )
    .join('');
}

/** What is on the screen: one of a few drawings that every talk has. */
function slide(dice: Dice, { main, accent, deep, pale }: Papers, at: number): string {
  const bars = () =>
    [70, 120, 95, 170, 200].map((height, n) =>
      rect(at - 190 + n * 80, 330 - height, 56, height, [main, accent, deep][n % 3]!),
    );
  const rings = () => [100, 72, 44, 18].map((r, n) => circle(at, 230, r, [main, pale, accent, deep][n]!));
  const code = () =>
    [
      [0, 200],
      [40, 260],
      [40, 150],
      [80, 210],
      [0, 120],
    ].map(([indent, width], n) =>
      rect(at - 190 + indent!, 136 + n * 40, width!, 20, [main, deep, accent][n % 3]!, 10),
    );
  const brackets = () => [
    line(
      `M${at - 90} 160L${at - 160} 230L${at - 90} 300M${at + 90} 160L${at + 160} 230L${at + 90} 300`,
      deep,
      26,
    ),
    line(`M${at + 32} 150L${at - 32} 310`, main, 26),
  ];
  const hills = () => [
    circle(at + 120, 180, 38, accent),
    cut(`${at - 246},356 ${at - 90},170 ${at + 70},356`, main),
    cut(`${at - 60},356 ${at + 90},230 ${at + 246},356`, deep),
  ];
  return dice.pick([bars, rings, code, brackets, hills])().join('');
}

function speaker(x: number, side: number, { ink, accent, blush, umber, ground, main }: Papers): string {
  const coat = off(ground, accent, main)[0]!;
  return [
    path(`M${x - 58} 430V330A58 58 0 0 1 ${x + 58} 330V430z`, coat),
    circle(x, 226, 44, side > 0 ? blush : umber),
    path(`M${x - 46} 226A46 46 0 0 1 ${x + 46} 226L${x + 20 * side} 198z`, ink),
    line(`M${x + side * 44} 330L${x + side * 112} 262`, coat, 30),
    cut(`${x - 74},346 ${x + 74},346 ${x + 56},430 ${x - 56},430`, ink),
    circle(x, 386, 13, accent),
  ].join('');
}

/** A row of heads and shoulders seen from behind. */
function audience(dice: Dice, papers: Papers, stage: string, y: number, r: number, step: number): string {
  const clothes = off(stage, papers.main, papers.accent, papers.pale, papers.white, papers.deep);
  const hair = off(stage, papers.ink, papers.umber, papers.deep, papers.blush);
  const shift = dice.between(0, step);
  return Array.from({ length: Math.ceil(1200 / step) + 2 }, (_, n) => {
    const x = n * step - shift;
    const body = path(
      `M${x - r * 1.15} ${y + r * 3}V${y + r * 1.7}A${r * 1.15} ${r * 0.9} 0 0 1 ${x + r * 1.15} ${y + r * 1.7}V${y + r * 3}z`,
      dice.pick(clothes),
    );
    return body + circle(x, y + dice.between(-8, 8), r * 0.82, dice.pick(hair));
  }).join('');
}
