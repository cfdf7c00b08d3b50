import { Router } from 'express';
import { type Kept, mailByName, mailFile, mailNames } from '../jobs/mail/folder.ts';
import { t } from '../words/words.ts';
import { errorPage, type Site, secretPage } from './http.ts';
import { byKey } from './mailbox-key.ts';
import { framedHtml, mailboxPage, mailPage } from './view/mailbox.ts';

const size = 30;

/** `/dev/mail`: the mails that were not sent, as there is no mail server; for whoever has the key that the console prints. */
export function mailbox(site: Site): Router {
  const router = Router();
  const folder = site.mailbox!;
  router.use('/dev/mail', secretPage, byKey(site));
  router.get('/dev/mail', async (req, res) => {
    const to = typeof req.query.to === 'string' ? req.query.to.trim().toLowerCase() : '';
    const names = (await mailNames(folder)).filter(
      (name) => !req.query.before || name < String(req.query.before),
    );
    const { mails, more } = await firstOf(folder, names, to);
    res.page('mailbox/list', mailboxPage(mails, more, to, site.now()), { title: t('mailbox:title') });
  });

  router.get('/dev/mail/:name', async (req, res) => {
    const mail = await mailByName(folder, req.params.name);
    if (!mail) return errorPage(res, 404, t('mailbox:unknown'));
    res.page('mailbox/mail', mailPage(mail, site.now()), { title: mail.subject });
  });

  router.get('/dev/mail/:name/html', async (req, res) => {
    const mail = await mailByName(folder, req.params.name);
    if (!mail) return errorPage(res, 404, t('mailbox:unknown'));
    res.set('Content-Security-Policy', framePolicy).type('html').send(framedHtml(mail));
  });

  router.get('/dev/mail/:name/attachments/:n', async (req, res) => {
    const mail = await mailByName(folder, req.params.name);
    const file = mail?.attachments[Number(req.params.n)];
    if (!file) return errorPage(res, 404, t('mailbox:unknown'));
    res.attachment(file.name).type(file.type).send(Buffer.from(file.base64, 'base64'));
  });

  router.get('/dev/mail/:name/source', async (req, res) => {
    if (!(await mailByName(folder, req.params.name))) return errorPage(res, 404, t('mailbox:unknown'));
    res.type('message/rfc822').attachment(`${req.params.name}.eml`);
    // The folder may lie below a hidden one.
    res.sendFile(mailFile(folder, req.params.name), { dotfiles: 'allow' });
  });
  return router;
}

/** Nothing runs, nothing is fetched, and the frame is nobody: it can only be looked at, and its links followed. */
const framePolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');

/** The first page of those to the recipient. Reads a mail at a time, and stops when it has enough. */
async function firstOf(
  folder: string,
  names: string[],
  to: string,
): Promise<{ mails: Kept[]; more: boolean }> {
  const mails: Kept[] = [];
  for (const name of names) {
    const mail = await mailByName(folder, name);
    if (!mail?.to.includes(to)) continue;
    if (mails.length === size) return { mails, more: true };
    mails.push(mail);
  }
  return { mails, more: false };
}
