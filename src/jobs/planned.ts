import type { Run } from '../db/client.ts';
import { enqueue } from './enqueue.ts';

/** What an event plans for later. To be called in the transaction of every change of its times: a later plan takes the place of an earlier one. */
type Planned = {
  id: number;
  state: 'draft' | 'published' | 'cancelled';
  startsAt: Date;
  sheetAt: Date | null;
  reconfirmHours: number[];
};

export async function planAhead(run: Run, event: Planned): Promise<void> {
  if (event.state !== 'published') return;
  if (event.sheetAt) await planSheet(run, event);
  for (const hours of event.reconfirmHours)
    await planReconfirm(run, event.id, hours, new Date(event.startsAt.getTime() - hours * 3_600_000));
}

/** When the restaurant is told the numbers. The job asks the event again: a plan that is out of date does nothing. */
export const planSheet = (run: Run, { id, sheetAt }: Pick<Planned, 'id' | 'sheetAt'>): Promise<void> =>
  enqueue(run, 'freeze_sheet', { event: id }, { key: `freeze_sheet:${id}`, runAt: sheetAt ?? undefined });

/** One job an event and step. */
export const planReconfirm = (run: Run, event: number, hours: number, at: Date): Promise<void> =>
  enqueue(run, 'ask_reconfirm', { event, hours }, { key: `ask_reconfirm:${event}:${hours}`, runAt: at });
