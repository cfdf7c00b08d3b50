import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import type Mail from 'nodemailer/lib/mailer';
import type { Letter } from '../../shared/message.ts';
import { jsonOf } from '../../shared/text.ts';
import type { Transport } from './smtp.ts';

/** A mail as it lies beside its `.eml`, for the mailbox page. */
export type Kept = {
  name: string;
  at: string;
  to: string;
  subject: string;
  headers: { name: string; value: string }[];
  text: string;
  html: string;
  attachments: { name: string; type: string; cid?: string; base64: string }[];
};

/** Mail as files: `<when>-<which>.eml` and `.json`. The same letter again is the same file. */
export function toFolder(folder: string): Transport {
  const builder = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return {
    async send(letter, mail) {
      const { message } = await builder.sendMail(mail);
      const name = nameOf(letter);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await put(join(folder, `${name}.eml`), message as Buffer);
      await put(join(folder, `${name}.json`), jsonOf(kept(name, letter, mail, message as Buffer)));
    },
    check: async () => {},
    close: () => {},
  };
}

/** Names of the mails in the folder, the newest first. */
export async function mailNames(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch(() => []);
  return files
    .filter((file) => mailName.test(file) && file.endsWith('.json'))
    .map((file) => file.slice(0, -5))
    .sort()
    .reverse();
}

/** One of them; undefined for any other text. */
export async function mailByName(folder: string, name: string): Promise<Kept | undefined> {
  if (!mailName.test(`${name}.json`)) return undefined;
  const text = await readFile(join(folder, `${name}.json`), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Removes the mails to the mailboxes of which this is true; gives how many. Reads one at a time. */
export async function forgetMails(folder: string, isTheirs: (email: string) => boolean): Promise<number> {
  let count = 0;
  for (const name of await mailNames(folder)) {
    const mail = await mailByName(folder, name);
    if (!mail || !isTheirs(mail.to)) continue;
    await removeMail(folder, name);
    count++;
  }
  return count;
}

/** Removes the mails from before: as many as may go at a time, the oldest first. Gives how many. */
export async function forgetMailsBefore(folder: string, moment: Date, most = 2000): Promise<number> {
  const old = (await mailNames(folder))
    .reverse()
    .filter((name) => Number(name.split('-')[0]) < moment.getTime());
  const gone = old.slice(0, most);
  for (const name of gone) await removeMail(folder, name);
  return gone.length;
}

async function removeMail(folder: string, name: string): Promise<void> {
  await rm(mailFile(folder, name), { force: true });
  await rm(join(folder, `${name}.json`), { force: true });
}

export const mailFile = (folder: string, name: string): string => join(folder, `${name}.eml`);

const mailName = /^\d{14}-[0-9a-f]{12}\.(json|eml)$/;

function nameOf({ id, at }: Letter): string {
  const which = createHash('sha256').update(id).digest('hex').slice(0, 12);
  return `${String(at.getTime()).padStart(14, '0')}-${which}`;
}

function kept(name: string, letter: Letter, mail: Mail.Options, message: Buffer): Kept {
  return {
    name,
    at: letter.at.toISOString(),
    to: letter.to.email,
    subject: String(mail.subject),
    headers: headersOf(message),
    text: String(mail.text),
    html: String(mail.html),
    attachments: (mail.attachments ?? []).map((one) => ({
      name: String(one.filename),
      type: one.contentType ?? 'application/octet-stream',
      cid: one.cid,
      base64: Buffer.from(one.content as string | Buffer).toString('base64'),
    })),
  };
}

/** The header as it was sent: folded lines joined, encoded words left as they are. */
const headersOf = (message: Buffer) =>
  message
    .toString('utf8')
    .split('\r\n\r\n', 1)[0]!
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .map((line) => ({
      name: line.slice(0, line.indexOf(':')),
      value: line.slice(line.indexOf(':') + 1).trim(),
    }));

/** In one move: whoever looks sees the whole file or none. What a full disk took only a part of takes no more of it. */
async function put(file: string, content: string | Buffer): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  try {
    await writeFile(part, content, { mode: 0o600 });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
