import type { Base } from '../context.ts';
import { freezeWhenDue } from '../services/dinners/sheets.ts';
import { tellAnnouncement } from '../services/notices/announcing.ts';
import { tell, tellEvent } from '../services/notices/commands.ts';
import { tellGrid } from '../services/notices/grid.ts';
import { askReconfirm } from '../services/notices/reconfirming.ts';
import { doCancelMany, doRestoreMany } from '../services/registrations/many.ts';
import { lapseOffer } from '../services/registrations/parties.ts';
import type { Deliver } from '../shared/chat.ts';
import { mailboxMark } from '../shared/ids.ts';
import type { Job, Jobs } from './enqueue.ts';
import type { Mailer } from './mail/mailer.ts';
import { mailChatCode, mailData, mailInvitation, mailLinks, mailNotice, mailSignIn } from './mail/mails.ts';
import { chatNotice } from './notify.ts';
import { chatPush } from './pushing.ts';

export type Tools = { base: Base; mailer: Mailer; deliver: Deliver; signal: AbortSignal };

/** Does a job. `id` is the queue's, the same at every attempt. What it throws is tried again. */
export type Handler<J extends Job> = (tools: Tools, payload: Jobs[J], id: string) => Promise<unknown>;

export const handlers: { [J in Job]: Handler<J> } = {
  tell: ({ base }, payload, job) => tell(base, { ...payload, job }),
  tell_event: async ({ base }, payload, job) => {
    const told = await tellEvent(base, { ...payload, job });
    base.log.info({ job, event: payload.event, version: payload.version, told }, 'told everyone of an event');
  },
  tell_announcement: async ({ base }, payload, job) => {
    const told = await tellAnnouncement(base, { ...payload, job });
    base.log.info({ job, announcement: payload.announcement, told }, 'told an announcement');
  },
  tell_grid: async ({ base }, payload, job) => {
    const told = await tellGrid(base, { ...payload, job });
    base.log.info({ job, event: payload.event, told }, 'told of a changed grid');
  },
  lapse_offer: ({ base }, { registration }) => lapseOffer(base, registration),
  ask_reconfirm: async ({ base }, payload, job) => {
    const told = await askReconfirm(base, { ...payload, job });
    base.log.info({ job, event: payload.event, hours: payload.hours, told }, 'asked who still comes');
  },
  cancel_many: ({ base }, { cancellation }) => doCancelMany(base, cancellation),
  restore_many: ({ base }, { cancellation }) => doRestoreMany(base, cancellation),
  freeze_sheet: ({ base }, { event }) => freezeWhenDue(base, event),
  mail_notice: (tools, payload) => mailNotice(tools, payload),
  mail_sign_in: (tools, payload) => mailSignIn(tools, payload),
  mail_chat_code: (tools, payload) => mailChatCode(tools, payload),
  mail_links: (tools, { person }, job) => mailLinks(tools, person, job),
  mail_data: (tools, asked) => mailData(tools, asked),
  mail_invitation: (tools, asked) => mailInvitation(tools, asked),
  forget_mail: ({ base, mailer }, { mailbox }) =>
    mailer.forget((email) => mailboxMark(base.secret, email) === mailbox),
  chat_push: (tools, { push }) => chatPush(tools, push),
  chat_notice: (tools, payload, job) => chatNotice(tools, payload, job),
};
