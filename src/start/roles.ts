import { join } from 'node:path';
import { greeting, makeConverse } from '../../bot/conversation.ts';
import type { Opened } from '../base.ts';
import type { Config } from '../config.ts';
import { listen } from '../db/listen.ts';
import { makeMailer } from '../jobs/mail/mailer.ts';
import { watchQueue } from '../jobs/stalled.ts';
import { startWorker } from '../jobs/worker.ts';
import { portMistake } from '../mistakes.ts';
import type { Deliver } from '../shared/chat.ts';
import { isAtThisComputer } from '../shared/this-computer.ts';
import type { Site } from '../web/http.ts';
import { type Chat, startChat } from './chat.ts';
import { takeLead } from './lead.ts';

export type Running = { url?: string; chat?: Chat; stop(): Promise<void> };

/** Starts what the process is for. `stop` takes nothing new and finishes what is in hand. */
export async function startRoles(config: Config, opened: Opened): Promise<Running> {
  const { base, databaseUrl } = opened;
  const has = (role: Config['roles'][number]) => config.roles.includes(role);
  const converse = makeConverse(base);
  let stopping = false;
  const stops: (() => Promise<void>)[] = [];
  const mailFolder = join(config.dataDir, 'mail');

  const stop = async () => {
    stopping = true;
    await Promise.all(stops.map((one) => one()));
  };
  try {
    const work = (role: 'worker' | 'bot', deliver: Deliver) => {
      const { smtpUrl, smtpMayBePlain: mayBePlain, mailFrom: from } = config;
      const mailer = makeMailer({ smtpUrl, mayBePlain, folder: mailFolder, from });
      if (role === 'worker')
        mailer.check().catch((error) => {
          base.log.warn(
            { err: error },
            'SMTP_URL: the mail server does not let us in, mails wait until it does',
          );
        });
      return startWorker(base, { databaseUrl, roles: [role], mailer, deliver });
    };
    let chat: Chat | undefined;
    if (has('bot')) {
      const begin = async () => {
        const mine = await startChat(config, base, converse);
        // Without its worker it is not to stay on the network: the next try would find it there.
        const worker = await work('bot', mine.deliver).catch(async (error) => {
          await mine.stop();
          throw error;
        });
        chat = mine;
        // What is still to be told is left to the next one before the network is.
        return { stop: () => worker.stop().then(mine.stop) };
      };
      const lead = await takeLead({ url: databaseUrl, log: base.log, begin });
      stops.push(lead.stop);
    }
    if (has('worker')) {
      const noBot = () => Promise.reject(new Error('this process has no bot'));
      const worker = await work('worker', noBot);
      stops.push(worker.stop);
    }
    if (!has('web')) return { chat, stop };
    // A process that only speaks, or only works, needs no pages in its memory.
    const [{ keptPages }, { startWeb }] = await Promise.all([
      import('../web/kept.ts'),
      import('../web/server.ts'),
    ]);
    const listener = listen(databaseUrl);
    const watch = watchQueue(base);
    stops.push(watch.stop);
    const mail = mailOf(config, mailFolder);
    if (mail.noMail) base.log.warn('mail goes nowhere: the site is public and SMTP_URL is not set');
    if (isOpenlyRead(config.baseUrl))
      base.log.warn(
        'BASE_URL is http: whoever is on the way reads along, and takes over whoever signs in: put HTTPS in front (deploy/), and set BASE_URL to https',
      );
    const site: Site = {
      ...base,
      listener,
      kept: keptPages(listener),
      ...mail,
      converse,
      greeting,
      imified: config.imified,
      stalled: watch.stalled,
      stopping: () => stopping,
    };
    stops.push(() => listener.stop());
    const web = await startWeb(site, config).catch((error) => {
      throw portMistake(error, config) ?? error;
    });
    stops.push(web.stop);
    return { url: web.url, chat, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const isOpenlyRead = (baseUrl: string) => baseUrl.startsWith('http:') && !isAtThisComputer(baseUrl);

/** Without a mail server there is the mailbox page, at the operator's own computer; a public site has no mail at all, and says so. */
function mailOf({ smtpUrl, baseUrl }: Config, folder: string): Pick<Site, 'mailbox' | 'noMail'> {
  if (smtpUrl) return {};
  return isAtThisComputer(baseUrl) ? { mailbox: folder } : { noMail: true };
}
