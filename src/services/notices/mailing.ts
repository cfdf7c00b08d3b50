import { forMailbox } from './grid-rules.ts';
import { isOfGrid, isToOrganiser, type NoticeView } from './queries.ts';
import { mailDue } from './rules.ts';

/** What of a notice goes by mail to a person who may want less of it, unless it comes `instead` of a chat; undefined when nothing does. */
export function toMail(view: NoticeView, instead = false): NoticeView | undefined {
  if (isToOrganiser(view)) return view;
  if (!isOfGrid(view)) return instead || mailDue(view.kind, view) ? view : undefined;
  if (view.kind === 'session_soon') return undefined;
  const sessions = forMailbox(view.sessions, instead || view.notify);
  return sessions.length > 0 ? { ...view, sessions } : undefined;
}
