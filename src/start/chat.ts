import { join } from 'node:path';
import { commands } from '../../bot/conversation.ts';
import { apology, unlessSilent } from '../../bot/outage.ts';
import { answerInRoom } from '../../bot/room-talk.ts';
import { rememberMenu } from '../../bot/store.ts';
import { findProsody, startProsody } from '../../bot/transports/prosody.ts';
import type { RoomDesk } from '../../bot/transports/xmpp/chatrooms.ts';
import { startXmpp } from '../../bot/transports/xmpp.ts';
import pkg from '../../package.json' with { type: 'json' };
import type { Config, Xmpp } from '../config.ts';
import type { Base } from '../context.ts';
import { leftRoom } from '../services/chatrooms/commands.ts';
import { takeRoomNews } from '../services/chatrooms/news.ts';
import { roomsToBeIn } from '../services/chatrooms/queries.ts';
import { deliverToWeb } from '../services/chats/commands.ts';
import { statusOfBot } from '../services/programs/queries.ts';
import type { Converse, Deliver } from '../shared/chat.ts';
import { isAtThisComputer } from '../shared/this-computer.ts';
import { t } from '../words/words.ts';

export type Chat = {
  /** The bot's address; absent without XMPP. */
  jid?: string;
  /** How a newcomer gets in, when the server is our own. */
  howTo?: string;
  deliver: Deliver;
  stop(): Promise<void>;
};

type Server = { xmpp: Xmpp; howTo?: string; stop(): Promise<void> };

/** The bot on XMPP: on the server that is configured, else, for a site at this computer, on a private Prosody where there is the program. */
export async function startChat(config: Config, base: Base, converse: Converse): Promise<Chat> {
  const server = await serverFor(config, base);
  const bot =
    server &&
    (await startXmpp({
      ...{ xmpp: server.xmpp, converse, commands, log: base.log, version: pkg.version },
      rooms: roomDesk(base),
      status: async () =>
        Object.values(await statusOfBot(base.db))
          .filter(Boolean)
          .join(': '),
    }));
  const toWeb = deliverToWeb(base);
  const deliver: Deliver = async (address, key, reply) => {
    // Before it is said, as the answer may come at once; said again, it means the same.
    const lines = reply.choices?.map((one) => one.value) ?? [];
    if (lines.length > 0) await rememberMenu(base.db, address, lines, base.now());
    await send(address, key, reply);
  };
  const send: Deliver = async (address, key, reply) => {
    const [network, ...rest] = address.split(':');
    if (network === 'web') return toWeb(address, key, reply);
    // On a terminal nobody can be written to first: whoever sits there asks.
    if (network !== 'xmpp') return;
    if (!bot) throw new Error('no XMPP server is configured');
    await bot.send(rest.join(':'), key, reply);
  };
  const stop = async () => {
    await bot?.stop();
    await server?.stop();
  };
  return { jid: bot?.jid, howTo: server?.howTo, deliver, stop };
}

/** The rooms that the database knows, with the dialogues that only look. */
export const roomDesk = (base: Base): RoomDesk => ({
  list: () => roomsToBeIn(base),
  answer: ({ slug, kind }, text, us) =>
    unlessSilent(base.db, answerInRoom(base, { event: slug, camp: kind === 'barcamp', text, us })),
  left: (jid) => leftRoom(base, jid),
  news: () => takeRoomNews(base, t),
  words: {
    leaving: t('rooms:leaving'),
    notYours: t('rooms:not_yours'),
    hello: (nick) => t('rooms:hello', { nick }),
    failed: (error) => apology(error)?.text ?? t('xmpp:failed'),
  },
});

async function serverFor(config: Config, base: Base): Promise<Server | undefined> {
  if (config.xmpp) return { xmpp: config.xmpp, stop: async () => {} };
  if (!isAtThisComputer(config.baseUrl)) {
    base.log.info(
      'no XMPP: a site that others use needs a server of its own (XMPP_SERVICE), see docs/networks.md',
    );
    return undefined;
  }
  if (!findProsody()) return undefined;
  try {
    const prosody = await startProsody({ folder: prosodyFolder(config), log: base.log });
    return { xmpp: prosody.config, howTo: t('xmpp:how_to', prosody), stop: prosody.stop };
  } catch (error) {
    // Without XMPP there still is the chat on the website.
    base.log.error({ err: error }, 'the private Prosody did not start');
    return undefined;
  }
}

/** What the private Prosody keeps. */
const prosodyFolder = (config: Config): string => join(config.dataDir, 'prosody');
