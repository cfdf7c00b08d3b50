import { and, eq, isNull, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Base } from '../../context.ts';
import { addresses, chatCodes, signIns } from '../../db/schema.ts';
import type { Letter, Message } from '../../shared/message.ts';
import { clock, when } from '../../shared/time.ts';
import type { T } from '../../words/words.ts';
import { mailedLink, upcomingOf } from '../registrations/queries.ts';
import { mailedCode } from './linking.ts';
import { personById } from './queries.ts';
import { guesses, inMinutes, minutes, nobodysDomain } from './rules.ts';
import { signInToken } from './signing-in.ts';

/** `proved`: somebody has read mail there before. */
type Mail = Pick<Letter, 'to' | 'at' | 'message'> & { proved: boolean };

const isProved = (email: PgColumn) =>
  sql<boolean>`exists (select from people p where p.email = ${email} and p.verified_at is not null)`;

/** A link that the site has held lives from when it is sent. */
export async function renewSignIn({ db, now }: Base, key: string): Promise<void> {
  const expiresAt = inMinutes(now(), minutes.signIn);
  await db
    .update(signIns)
    .set({ expiresAt })
    .where(and(eq(signIns.key, key), isNull(signIns.usedAt)));
}

/** The mail with a sign-in link; undefined when it has been used or is too old, so that it would only disappoint. */
export async function signInMail(base: Base, t: T, key: string): Promise<Mail | undefined> {
  const [found] = await base.db
    .select({ row: signIns, proved: isProved(signIns.email) })
    .from(signIns)
    .where(eq(signIns.key, key));
  const row = found?.row;
  if (!row || row.usedAt || row.expiresAt <= base.now()) return undefined;
  const href = `${base.baseUrl}/sign-in/${signInToken(base.secret, key)}`;
  const message = asked(base, t, 'sign_in', [
    { kind: 'text', text: t('mail:sign_in.lead', { until: clock(row.expiresAt, 'UTC') }) },
    { kind: 'button', text: t('mail:sign_in.button'), href },
  ]);
  return { to: { email: row.email }, at: row.createdAt, message, proved: found.proved };
}

/** The mail with the code that links a chat address; undefined when it is spent or too old. */
export async function chatCodeMail(base: Base, t: T, id: number): Promise<Mail | undefined> {
  const [row] = await base.db
    .select({ code: chatCodes, uri: addresses.uri, proved: isProved(chatCodes.email) })
    .from(chatCodes)
    .innerJoin(addresses, eq(addresses.id, chatCodes.addressId))
    .where(eq(chatCodes.id, id));
  if (!row?.code.email || row.code.usedAt || row.code.attempts >= guesses) return undefined;
  if (row.code.expiresAt <= base.now()) return undefined;
  const data = { address: shownAddress(t, row.uri), until: clock(row.code.expiresAt, 'UTC') };
  const message = asked(base, t, 'chat_code', [
    { kind: 'text', text: t('mail:chat_code.lead', data) },
    { kind: 'code', text: mailedCode(base.secret, id) },
    { kind: 'text', text: t('mail:chat_code.more') },
  ]);
  return { to: { email: row.code.email }, at: row.code.createdAt, message, proved: row.proved };
}

/** The mail with the links of all that somebody is registered for; undefined when that is nothing, or they are not to be found. */
export async function linksMail(base: Base, t: T, id: number): Promise<Mail | undefined> {
  const person = await personById(base.db, id);
  if (!person?.verifiedAt || person.email.endsWith(`@${nobodysDomain}`)) return undefined;
  const coming = await upcomingOf(base.db, id, base.now());
  if (coming.length === 0) return undefined;
  const message = asked(base, t, 'links', [
    { kind: 'text', text: t('mail:links.lead') },
    ...coming.flatMap(({ event, ...row }): Message['parts'] => [
      { kind: 'text', text: `${event.name}, ${when(event.startsAt, event.endsAt, event.zone)}` },
      { kind: 'button', text: t('mail:link.button'), href: mailedLink(base, row) },
    ]),
    { kind: 'text', text: t('mail:links.more') },
  ]);
  return { to: { email: person.email }, at: person.verifiedAt, message, proved: true };
}

const asked = (base: Base, t: T, kind: string, parts: Message['parts']): Message => ({
  subject: t(`mail:${kind}.subject`),
  heading: t(`mail:${kind}.heading`),
  mood: 'plain',
  parts,
  footer: [{ text: t('mail:footer.asked') }, { text: t('mail:footer.site'), href: base.baseUrl }],
});

/** `ann@example.org` of `xmpp:ann@example.org`; the web chat has nothing that people would know. */
const shownAddress = (t: T, uri: string): string =>
  uri.startsWith('web:') ? t('mail:web_chat') : uri.slice(uri.indexOf(':') + 1);
