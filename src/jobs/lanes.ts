import type { Job } from './enqueue.ts';

/** What runs apart from what: a mail server that is slow holds up neither the chat nor the making of notices. */
export const lanes = {
  quick: {
    role: 'worker',
    concurrency: 3,
    kinds: [
      'tell',
      'tell_event',
      'tell_announcement',
      'tell_grid',
      'lapse_offer',
      'freeze_sheet',
      'ask_reconfirm',
      'cancel_many',
      'restore_many',
    ],
  },
  mail: {
    role: 'worker',
    concurrency: 4,
    kinds: ['mail_notice', 'mail_invitation', 'mail_data', 'mail_links', 'forget_mail'],
  },
  // Apart: neither does a mail to everyone keep somebody at a screen waiting, nor a flood of these all other mail.
  codes: { role: 'worker', concurrency: 2, kinds: ['mail_sign_in', 'mail_chat_code'] },
  chat: { role: 'bot', concurrency: 4, kinds: ['chat_notice', 'chat_push'] },
} as const satisfies Record<string, { role: 'worker' | 'bot'; concurrency: number; kinds: readonly Job[] }>;

export type LaneName = keyof typeof lanes;

export const laneNames = Object.keys(lanes) as LaneName[];

/** A refusal for good is tried this often, over a minute and a half; what may pass is tried for three days. */
export const attemptsWhenRefused = 5;
