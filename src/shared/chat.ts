/** What a person wrote. `address` is `xmpp:ann@example.org` or `web:…`; `key` names the message: the same one twice is applied once. */
export type ChatMessage = { address: string; key: string; text: string };

/** What can be pressed instead of typed; `value` is what is then sent. */
export type Choice = { value: string; label: string };

/** What the bot says. The text lists the choices too, for those whose client has no buttons. */
export type Reply = { text: string; choices?: Choice[] };

/** Answers a message, whatever network it came over. */
export type Converse = (message: ChatMessage) => Promise<Reply[]>;

/**
 * Writes to an address first. Resolves when the network has it; the same `key` twice is shown once where the network can tell.
 * Throws when it has to be tried again.
 */
export type Deliver = (address: string, key: string, reply: Reply) => Promise<void>;
