import type { Request } from 'express';
import { columnKeys, listForm } from '../../services/registrations/export.ts';
import { saved } from '../session.ts';

declare module 'express-session' {
  interface SessionData {
    /** Columns that the person chose for an event's list and its exports, by the event's id. */
    columns: Record<string, string[]>;
  }
}

/** Choices that are remembered: those for the events that were looked at last. */
const most = 30;

/** The columns that the person chose for the event, or all that there are. */
export function chosenColumns(req: Request): string[] {
  const all = columnKeys(listForm(req.event));
  const chosen = req.session.columns?.[req.event.id];
  return chosen ? all.filter((key) => chosen.includes(key)) : all;
}

/** Remembers them with the session. None at all means all. */
export async function chooseColumns(req: Request, raw: unknown) {
  const chosen = readColumnList(req, raw);
  const { [req.event.id]: _, ...others } = req.session.columns ?? {};
  const kept = Object.entries(others).slice(-(most - 1));
  const mine = chosen ? [[String(req.event.id), chosen] as const] : [];
  req.session.columns = Object.fromEntries([...kept, ...mine]);
  await saved(req);
}

/** The known ones among `column=…` of a form or a URL. */
export function readColumnList(req: Request, raw: unknown): string[] | undefined {
  const given = new Set([raw].flat());
  const chosen = columnKeys(listForm(req.event)).filter((key) => given.has(key));
  return chosen.length > 0 ? chosen : undefined;
}
