import { join } from 'node:path';
import ejs from 'ejs';
import type { Message } from '../../shared/message.ts';
import { oneLine } from '../../shared/message.ts';
import { root } from '../../shared/root.ts';
import { t } from '../../words/words.ts';
import { css, tapes } from './style.ts';

const views = join(root, 'views');
const filename = join(views, 'mail/letter.ejs');
const letter = ejs.compile(ejs.fileLoader(filename).toString(), { filename, root: views, cache: true });

/** The message as a page of HTML: `views/mail/letter.ejs`. A ticket's code is the attachment `cid:ticket`. */
export const messageHtml = (message: Message): string =>
  letter({
    letter: { ...message, heading: oneLine(message.heading), tape: tapes[message.mood] },
    css,
    t,
  });
