import type { Ctx } from './context.ts';

/** What the log says for those who look into an attack or an accident: a closed list, ids and codes alone, never an address. */
export type Happening =
  | { what: 'signed_in' | 'signed_out' | 'signed_out_everywhere'; person: number }
  | { what: 'sign_in_asked' | 'code_asked' }
  | { what: 'sign_in_refused' | 'code_refused'; code: string }
  | { what: 'chat_linked'; person: number }
  | { what: 'chat_unlinked'; address: number }
  | { what: 'role_given'; person: number; role: string; event: number | null }
  | { what: 'role_taken'; id: number }
  | { what: 'link_revoked'; registration: number }
  | { what: 'feed_renewed' }
  | { what: 'token_made' | 'token_revoked'; token: number }
  | { what: 'forgotten'; person: number }
  | { what: 'request_refused'; status: number; route: string };

/** Writes a happening to the log, with who acted by their ids. */
export const happened = ({ log, actor }: Pick<Ctx, 'log' | 'actor'>, happening: Happening): void =>
  log.info(
    { ...happening, door: actor.door, by: actor.personId, chat: actor.addressId, system: actor.system },
    'security',
  );
