import { type Ctx, system } from '../../context.ts';
import { tokenFits, tokenKey, urlToken } from '../../shared/ids.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import { setNotify } from './commands.ts';
import { type Person, personById } from './queries.ts';

/**
 * The token of the link that ends mails: the same one for a person in every mail, as each must work however old it is.
 * Its key is the person's number written as a uuid, so that nothing has to be kept for it; the other half is the HMAC.
 */
export const unsubscribeToken = (secret: string, personId: number): string =>
  urlToken(secret, 'unsubscribe', keyOf(personId));

/** Whose mails the link is about. Refuses: link_unknown. */
export async function peekUnsubscribe(ctx: Ctx, token: string): Promise<Result<Person>> {
  const key = tokenKey(token);
  if (!key || !tokenFits(token, ctx.secret, 'unsubscribe', key)) return refuse('not_found', 'link_unknown');
  const person = await personById(ctx.db, Number.parseInt(key.slice(-8), 16));
  return person ? ok(person) : refuse('not_found', 'link_unknown');
}

/** Ends mails that can be ended, or takes that back. Twice is no error. Refuses: link_unknown. */
export async function setNotifyByToken(ctx: Ctx, token: string, notify: boolean): Promise<Result<Person>> {
  const found = await peekUnsubscribe(ctx, token);
  if (!found.ok) return found;
  // The link was mailed to that mailbox: whoever has it may say what comes there.
  const set = await setNotify({ ...ctx, actor: system(ctx.actor.door) }, found.value.id, notify);
  return set.ok ? ok({ ...found.value, notify }) : set;
}

const keyOf = (personId: number): string =>
  `00000000-0000-0000-0000-0000${personId.toString(16).padStart(8, '0')}`;
