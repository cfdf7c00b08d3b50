import { vi } from 'vitest';
import { startXmpp, type XmppBot, type XmppOptions } from '../../bot/transports/xmpp.ts';
import type { ChatMessage, Converse } from '../../src/shared/chat.ts';
import { collectLogs } from './logs.ts';

/** Quick enough for tests, where something is wrong on purpose. */
export const brisk = { backoff: 60, backoffMost: 400, perPerson: 2_000, perDomain: 100_000 };

export type TestBot = XmppBot & {
  /** What it was asked, in order. */
  heard: ChatMessage[];
  logs: ReturnType<typeof collectLogs>;
};

/** A bot that says what it was told, unless it is given something else to do; comes back when it is online. */
export async function startBot(
  options: Omit<XmppOptions, 'log' | 'converse'> & { converse?: Converse; wait?: boolean },
): Promise<TestBot> {
  const heard: ChatMessage[] = [];
  const logs = collectLogs();
  const { converse = async ({ text }) => [{ text }] } = options;
  const bot = await startXmpp({
    ...options,
    log: logs.log,
    pace: { ...brisk, ...options.pace },
    converse: async (message) => {
      heard.push(message);
      return converse(message);
    },
  });
  if (options.wait !== false) await becomesOnline(bot);
  return Object.assign(bot, { heard, logs });
}

export const becomesOnline = (bot: XmppBot): Promise<void> =>
  vi.waitFor(
    () => {
      if (!bot.online()) throw new Error('The bot is not online');
    },
    { timeout: 10_000, interval: 5 },
  );
