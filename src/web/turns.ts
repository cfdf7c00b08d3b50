/** At work at once: so many, and so many of one client. In the line: so many of one client, and so many in all. */
export type MostTurns = { atWork: number; each: number; waitingEach: number; waiting: number };

/** Ends a turn; more than once is no error. */
export type Turn = { end(): void };

/** Why somebody gets no turn: they have enough in the line themselves, or the line is full. */
export type NoTurn = 'client' | 'process';

type Waiting = { who: string | undefined; begin(): void };

export type Turns = {
  /**
   * Waits for a turn: whoever has the fewest at work is next, and of those whoever came first. `who` undefined is somebody of whom nothing is
   * known: all of them together leave one turn, and half of the line, to others. `gone`: whoever waited has gone, and it gives undefined.
   */
  take(who: string | undefined, gone: (listener: () => void) => void): Promise<Turn | NoTurn | undefined>;
};

/** Work that is done a few at a time, so that one who asks for much makes nobody else wait for long. */
export function turns(most: MostTurns): Turns {
  const working = new Map<string | undefined, number>();
  let line: Waiting[] = [];
  let busy = 0;
  const of = (who: string | undefined) => working.get(who) ?? 0;
  const mostOf = (who: string | undefined) => (who === undefined ? Math.max(1, most.atWork - 1) : most.each);
  const count = (who: string | undefined, by: 1 | -1) => {
    busy += by;
    const left = of(who) + by;
    if (left > 0) working.set(who, left);
    else working.delete(who);
  };

  const goOn = () => {
    while (busy < most.atWork) {
      const next = line.filter(({ who }) => of(who) < mostOf(who)).sort((a, b) => of(a.who) - of(b.who))[0];
      if (!next) return;
      line = line.filter((one) => one !== next);
      count(next.who, 1);
      next.begin();
    }
  };

  const turnOf = (who: string | undefined): Turn => {
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      count(who, -1);
      goOn();
    };
    return { end };
  };

  return {
    async take(who, gone) {
      const mineWaiting = line.filter((one) => one.who === who).length;
      if (who !== undefined && mineWaiting >= most.waitingEach) return 'client';
      const room = who === undefined ? most.waiting / 2 - mineWaiting : most.waiting - line.length;
      if (room <= 0 || line.length >= most.waiting) return 'process';
      return new Promise((resolve) => {
        const mine: Waiting = { who, begin: () => resolve(turnOf(who)) };
        line.push(mine);
        gone(() => {
          line = line.filter((one) => one !== mine);
          resolve(undefined);
        });
        goOn();
      });
    },
  };
}
