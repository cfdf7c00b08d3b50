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
   * known, and counts for the process alone. `gone`: whoever waited has gone, and it gives undefined.
   */
  take(who: string | undefined, gone: (listener: () => void) => void): Promise<Turn | NoTurn | undefined>;
};

/** Work that is done a few at a time, so that one who asks for much makes nobody else wait for long. */
export function turns(most: MostTurns): Turns {
  const working = new Map<string, number>();
  let line: Waiting[] = [];
  let busy = 0;
  const of = (who: string | undefined) => (who === undefined ? 0 : (working.get(who) ?? 0));
  const count = (who: string | undefined, by: 1 | -1) => {
    busy += by;
    if (who === undefined) return;
    const left = of(who) + by;
    if (left > 0) working.set(who, left);
    else working.delete(who);
  };

  const goOn = () => {
    while (busy < most.atWork) {
      const next = line.filter(({ who }) => of(who) < most.each).sort((a, b) => of(a.who) - of(b.who))[0];
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
      if (who !== undefined && line.filter((one) => one.who === who).length >= most.waitingEach)
        return 'client';
      if (line.length >= most.waiting) return 'process';
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
