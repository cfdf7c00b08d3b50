import { circle, cut, type Dice, line, moved, off, type Papers, path, rect } from './paper.ts';

/** A table from above: a cloth, plates with what is on them, glasses. */
export function dinner(dice: Dice, papers: Papers): string {
  const three = dice.pick([true, true, false]);
  const places = three ? [150, 600, 1050] : [330, 870];
  const radius = three ? 150 : 188;
  const dishes = shuffled(dice, [pizza, noodles, salad, fish, soup, pie]);
  return [
    cloth(dice, papers),
    ...places.map((x, n) => {
      const y = 320 + dice.between(-26, 26);
      return setting(dice, papers, x, y, radius, dishes[n]!);
    }),
    ...glasses(dice, papers, three ? [375, 825] : [90, 600, 1110]),
  ].join('');
}

function cloth(dice: Dice, papers: Papers): string {
  const other = off(papers.ground, papers.main, papers.deep, papers.white);
  const colour = papers.ground === papers.deep ? papers.main : dice.pick([papers.white, other[0]!]);
  const checks = () =>
    Array.from({ length: 78 }, (_, n) => {
      const [x, y] = [(n % 13) * 2, Math.floor(n / 13)];
      return rect((x - (y % 2)) * 52, y * 105, 52, 105, colour);
    });
  const stripes = () => Array.from({ length: 9 }, (_, n) => rect(n * 150 - 30, 0, 60, 630, colour));
  const runner = () => [
    rect(0, 150, 1200, 340, colour),
    rect(0, 128, 1200, 10, colour),
    rect(0, 502, 1200, 10, colour),
  ];
  return dice.pick([checks, stripes, runner])().join('');
}

type Dish = (papers: Papers, r: number) => string;

function setting(dice: Dice, papers: Papers, x: number, y: number, r: number, dish: Dish): string {
  const metal = papers.ground === papers.deep ? papers.white : papers.ink;
  return [
    moved(x - r - 34, y, dice.between(-5, 5), fork(metal)),
    moved(x + r + 34, y, dice.between(-5, 5), knife(metal)),
    circle(x, y, r, papers.white),
    circle(x, y, r - 12, papers.pale),
    circle(x, y, r - 26, papers.white),
    moved(x, y, dice.between(0, 359), dish(papers, r * 0.64)),
  ].join('');
}

const fork = (metal: string) =>
  rect(-8, -40, 16, 150, metal, 8) + line('M-20-112V-60Q-20-34 0-34Q20-34 20-60V-112M0-112V-40', metal, 10);
const knife = (metal: string) => rect(-8, -6, 16, 116, metal, 8) + path('M-8-6V-112Q22-96 18-6z', metal);

const pizza: Dish = ({ accent, main, deep, white }, r) =>
  [
    path(`M0 ${-r}A${r} ${r} 0 1 1 ${-r * 0.87} ${-r * 0.5}L0 0z`, accent),
    path(`M0 ${-r * 0.84}A${r * 0.84} ${r * 0.84} 0 1 1 ${-r * 0.73} ${-r * 0.42}L0 0z`, main),
    ...[
      [0.5, -0.3],
      [0.2, 0.5],
      [-0.5, 0.2],
      [0.55, 0.3],
    ].map(([x, y]) => circle(x! * r, y! * r, r * 0.13, white)),
    ...[
      [0.2, -0.55],
      [-0.2, 0.3],
      [0.28, 0.1],
    ].map(([x, y]) => circle(x! * r, y! * r, r * 0.09, deep)),
  ].join('');

const noodles: Dish = ({ main, accent, deep }, r) =>
  [0.86, 0.62, 0.38].map((part, n) => line(arc(part * r, n), [accent, main, accent][n]!, r * 0.16)).join('') +
  circle(r * 0.1, 0, r * 0.13, deep) +
  circle(-r * 0.46, r * 0.3, r * 0.1, deep);
const arc = (r: number, n: number) => `M${-r} ${n * 8}A${r} ${r} 0 1 1 0 ${r}`;

const salad: Dish = ({ deep, main, accent }, r) =>
  [0, 60, 120, 180, 240, 300]
    .map((turn, n) =>
      moved(
        0,
        0,
        turn,
        path(
          `M0 ${-r}Q${r * 0.42} ${-r * 0.4} 0 0Q${-r * 0.42} ${-r * 0.4} 0 ${-r}z`,
          n % 2 ? '#5dab69' : '#2f7a45',
        ),
      ),
    )
    .join('') +
  circle(0, 0, r * 0.24, accent) +
  circle(r * 0.4, r * 0.24, r * 0.13, main) +
  circle(-r * 0.36, -r * 0.3, r * 0.13, deep);

const fish: Dish = ({ main, deep, white, ink }, r) =>
  [
    cut(`${r * 0.5},0 ${r},${-r * 0.4} ${r * 0.86},0 ${r},${r * 0.4}`, deep),
    path(`M${-r} 0Q${-r * 0.2} ${-r * 0.72} ${r * 0.66} 0Q${-r * 0.2} ${r * 0.72} ${-r} 0z`, main),
    circle(-r * 0.6, -r * 0.08, r * 0.07, ink),
    line(
      `M${-r * 0.3} ${-r * 0.2}Q${-r * 0.1} 0 ${-r * 0.3} ${r * 0.2}M0 ${-r * 0.2}Q${r * 0.2} 0 0 ${r * 0.2}`,
      white,
      r * 0.07,
    ),
  ].join('');

const soup: Dish = ({ main, accent, pale, deep }, r) =>
  circle(0, 0, r, deep) +
  circle(0, 0, r * 0.88, accent) +
  line(`M${-r * 0.4} ${r * 0.1}Q0 ${-r * 0.6} ${r * 0.4} ${-r * 0.1}T${r * 0.2} ${r * 0.5}`, pale, r * 0.12) +
  circle(-r * 0.36, -r * 0.34, r * 0.11, main);

const pie: Dish = ({ main, deep, accent }, r) =>
  path(`M${-r} ${r * 0.3}A${r} ${r} 0 0 1 ${r} ${r * 0.3}z`, accent) +
  path(`M${-r * 0.8} ${r * 0.3}A${r * 0.8} ${r * 0.8} 0 0 1 ${r * 0.8} ${r * 0.3}z`, main) +
  line(
    `M${-r * 0.3} ${-r * 0.1}L${-r * 0.1} ${r * 0.16}M${r * 0.1} ${-r * 0.2}V${r * 0.1}M${r * 0.5} ${-r * 0.04}L${r * 0.32} ${r * 0.2}`,
    deep,
    r * 0.08,
  );

const glasses = (dice: Dice, { white, main, accent, deep }: Papers, places: number[]) =>
  places.map((x) => {
    const y = dice.pick([130, 500]);
    return (
      circle(x, y, 52, white) +
      circle(x, y, 40, dice.pick([main, accent, deep])) +
      circle(x - 13, y - 13, 9, white)
    );
  });

function shuffled<T>(dice: Dice, list: T[]): T[] {
  const left = [...list];
  return list.map(() => left.splice(dice.between(0, left.length - 1), 1)[0]!);
}
