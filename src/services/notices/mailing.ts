import { forMailbox } from './grid-rules.ts';
import type { NoticeView } from './queries.ts';
import { mailDue } from './rules.ts';

/** What of a notice goes by mail to a person who may want less of it; undefined when nothing does. */
export function toMail(view: NoticeView): NoticeView | undefined {
  if (view.kind !== 'grid_changed') return mailDue(view.kind, view) ? view : undefined;
  const sessions = forMailbox(view.sessions, view.notify);
  return sessions.length > 0 ? { ...view, sessions } : undefined;
}
