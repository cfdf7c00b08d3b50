import type { Db } from './db/client.ts';
import type { Log } from './log.ts';
import type { Limits } from './services/limits/limits.ts';

export type Door = 'web' | 'chat' | 'organiser' | 'cli' | 'import';

/** A role of a person: on one event, or on the whole site when `eventId` is null. */
export type Grant = { role: 'organiser' | 'helper'; eventId: number | null };

/** Who acts: `system` is the command line and the jobs; a chat address may act without a person. */
export type Actor = {
  door: Door;
  personId?: number;
  addressId?: number;
  /** Where a request came from, see shared/network.ts; null where a browser's is not known, absent where a door has none. */
  network?: string | null;
  grants: Grant[];
  /** Has shown that they read the mail of the address that they are known by: signed in, or in a chat that is linked. */
  proved?: true;
  system?: true;
};

/** What every command is handed. */
export type Ctx = {
  db: Db;
  now: () => Date;
  actor: Actor;
  log: Log;
  secret: string;
  baseUrl: string;
  /** Absent: those of services/limits/limits.ts. */
  limits?: Limits;
};

/** The context without its actor: what a process has from its start. */
export type Base = Omit<Ctx, 'actor'>;

export const anonymous = (door: Door): Actor => ({ door, grants: [] });
export const system = (door: Door = 'cli'): Actor => ({ door, grants: [], system: true });
