/** A room's bare address, in lower case; undefined for what is none. */
export function parseRoom(typed: string): string | undefined {
  const jid = typed
    .trim()
    .toLowerCase()
    .replace(/^xmpp:/, '')
    .replace(/\?join$/, '');
  return jid.length <= 200 && /^[^\s@/"&'<>:]{1,100}@[a-z0-9][a-z0-9.-]*$/.test(jid) ? jid : undefined;
}

/** How long before a slot it is said what begins. Milliseconds. */
export const beforehand = 5 * 60_000;
