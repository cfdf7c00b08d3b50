import { circle, cut, type Dice, line, moved, off, type Papers, path } from './paper.ts';

/** A camp: tents on hills under bunting, by day or by night. */
export function barcamp(dice: Dice, papers: Papers): string {
  const hills = off(papers.ground, papers.main, papers.deep, papers.accent);
  const [far, near] = papers.ground === papers.deep ? [papers.main, papers.accent] : [hills[0]!, papers.deep];
  return [
    papers.ground === papers.deep
      ? night(dice, papers)
      : circle(dice.between(180, 1020), 190, 105, papers.white),
    circle(dice.between(150, 500), 1010, 620, far),
    circle(dice.between(850, 1150), 1040, 620, near),
    bunting(dice, papers),
    ...tents(dice, papers, near),
    fire(dice.between(520, 680), papers),
  ].join('');
}

function night(dice: Dice, { ground, white, pale }: Papers): string {
  const x = dice.between(200, 1000);
  const stars = Array.from({ length: 14 }, () =>
    star(dice.between(20, 1180), dice.between(100, 380), dice.between(4, 10), pale),
  );
  return [...stars, circle(x, 190, 95, white), circle(x + 42, 168, 82, ground)].join('');
}

const star = (x: number, y: number, r: number, fill: string) =>
  cut(`${x},${y - r} ${x + r},${y} ${x},${y + r} ${x - r},${y}`, fill);

/** Pennants along a slack line. */
function bunting(dice: Dice, papers: Papers): string {
  const [left, right, slack] = [dice.between(40, 100), dice.between(40, 100), dice.between(120, 190)];
  const height = (at: number) => (1 - at) ** 2 * left + 2 * at * (1 - at) * slack + at ** 2 * right;
  const flags = Array.from({ length: 14 }, (_, n) => {
    const [x, y] = [n * 88 - 6, Math.round(height((n * 88 + 24) / 1200))];
    const colours = off(papers.ground, papers.main, papers.white, papers.accent);
    return cut(`${x},${y - 5} ${x + 62},${y - 1} ${x + 29},${y + 68}`, colours[n % colours.length]!);
  });
  const string = papers.ground === papers.deep ? papers.pale : papers.ink;
  return flags.join('') + line(`M0 ${left}Q600 ${slack} 1200 ${right}`, string, 5);
}

function tents(dice: Dice, papers: Papers, hill: string): string[] {
  const faces = off(hill, ...off(papers.ground, papers.main, papers.white, papers.accent, papers.pale));
  const first = dice.between(0, faces.length - 1);
  const places = [
    [dice.between(150, 230), dice.between(470, 500), 250],
    [dice.between(890, 980), dice.between(470, 500), 270],
    [dice.between(330, 400), dice.between(540, 570), 350],
    [dice.between(740, 800), dice.between(545, 575), 330],
  ] as const;
  return places.map(([x, y, width], n) => tent(x, y, width, faces[(first + n) % faces.length]!, papers));
}

/** A ridge tent seen from its door; `x`, `y` is the middle of its foot. */
function tent(x: number, y: number, width: number, face: string, { ink, deep, ground }: Papers): string {
  const [half, height, depth] = [width / 2, width * 0.72, width * 0.34];
  const shade = face === deep || ground === deep ? ink : deep;
  return moved(
    x,
    y,
    0,
    cut(`0,${-height} ${depth},${-height * 0.94} ${half + depth},${-10} ${half},0`, shade),
    cut(`${-half},0 0,${-height} ${half},0`, face),
    cut(`${-half * 0.34},0 0,${-height * 0.66} ${half * 0.34},0`, ink),
    cut(`0,${-height * 0.66} ${half * 0.34},0 ${half * 0.5},0`, shade),
    line(`M-9 ${-height - 14}L0 ${-height}L9 ${-height - 14}`, ink, 6),
  );
}

const fire = (x: number, { accent, white, ink, main, ground }: Papers) =>
  moved(
    x,
    585,
    0,
    path('M-44 0C-60-46-12-58-14-112C34-84 58-44 40 0z', ground === accent ? main : accent),
    path('M-20 0C-26-26 0-36 0-64C24-42 28-20 18 0z', white),
    line('M-62 8L62-8M-62-8L62 8', ink, 18),
  );
