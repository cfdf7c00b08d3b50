import type { Base } from '../context.ts';
import { remindUnproved } from '../services/notices/proving.ts';
import { tellStrangers } from '../services/notices/strangers.ts';
import { endUnproved } from '../services/registrations/unproved.ts';

/** What becomes due of proofs, for all events together: who is reminded, whose time is over, and to which many strangers come. */
export async function seeToProofs(base: Base): Promise<void> {
  const reminded = await remindUnproved(base);
  const ended = await endUnproved(base);
  const warned = await tellStrangers(base);
  if (reminded + ended + warned > 0)
    base.log.info({ reminded, ended, warned }, 'saw to addresses that nobody has proved');
}
