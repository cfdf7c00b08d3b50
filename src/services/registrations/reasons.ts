import type { RegistrationState } from '../../db/schema.ts';

/** What of a party in the line says why it stands there. `ahead`: how many wait before it. */
export type Stands = {
  state: RegistrationState;
  size: number;
  ahead: number;
  offerExpiresAt: Date | null;
  skippedAt: Date | null;
};

export type Reason =
  /** Places are held until then. */
  | { kind: 'asked'; until: Date }
  /** Rule 3: it needs more than there is, and those behind it who fit go first. */
  | { kind: 'too_few'; needs: number; free: number }
  /** Rule 6: it asked to be asked again. */
  | { kind: 'skipped' }
  | { kind: 'next' }
  | { kind: 'behind'; ahead: number };

/** Why a party stands where it does, by the written rule (docs/waiting-list.md). `free` null: there is no limit. */
export function reasonOf(party: Stands, free: number | null, line: 'automatic' | 'offer'): Reason {
  if (party.state === 'offered') return { kind: 'asked', until: party.offerExpiresAt ?? new Date(0) };
  const room = free ?? 0;
  if (room > 0 && party.size > room) return { kind: 'too_few', needs: party.size, free: room };
  if (line === 'offer' && party.skippedAt && party.ahead === 0) return { kind: 'skipped' };
  return party.ahead === 0 ? { kind: 'next' } : { kind: 'behind', ahead: party.ahead };
}
