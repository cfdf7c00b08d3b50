import type { Db } from './client.ts';
import type { Outage } from './outage.ts';
import { pulseOf } from './pulse.ts';

/** A timer that is this late says that the machine is busy, not that the database is away. Milliseconds. */
const busy = 100;

/** What is not done after so long is given up if the database does not answer either. Milliseconds. */
const [patience, lookAgain, probe] = [2_000, 1_000, 700];

/**
 * A database that has gone without a word leaves whoever asks it waiting. Calls `silent` once, when nothing has come of a piece of work for
 * a while and no connection gets an answer, with what is wrong; not any more when the work `isOver`, or after the call of what it gives back.
 */
export function whenSilent(
  db: Db,
  silent: (outage: Outage) => void,
  isOver: () => boolean = () => false,
): () => void {
  const pulse = pulseOf(db);
  const since = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const look = async (late: number) => {
    // Where others have had answers meanwhile, or we ourselves come late, it is only slow.
    if (isOver()) return;
    if (pulse.last() > since || late > busy) return later(lookAgain);
    const asked = performance.now();
    const outage = await pulse.outage(probe);
    if (!outage || performance.now() - asked > probe + busy) return later(lookAgain);
    if (!ended && !isOver()) silent(outage);
  };
  const later = (pause: number) => {
    if (ended) return;
    const due = performance.now() + pause;
    timer = setTimeout(() => void look(performance.now() - due), pause);
  };
  later(patience);
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
