import type { Request } from 'express';
import type { Person } from '../services/people/queries.ts';
import { noticeSorts } from '../services/people/rules.ts';
import { typed } from './http.ts';

/** The form as it was typed. */
export type PreferencesBody = {
  tell: string[];
  language: string;
  from: string;
  to: string;
  zone: string;
  remind: string;
};

export const preferencesBody = (req: Request): PreferencesBody => ({
  tell: [req.body?.tell].flat().filter((one) => typeof one === 'string'),
  language: typed(req, 'language').trim(),
  from: typed(req, 'from').trim(),
  to: typed(req, 'to').trim(),
  zone: typed(req, 'zone').trim(),
  remind: typed(req, 'remind').trim(),
});

/** What the command takes: what is ticked is told, the rest is not. Half of the quiet hours is for the command to refuse. */
export const readPreferences = ({ tell, language, from, to, zone, remind }: PreferencesBody) => ({
  muted: noticeSorts.filter((sort) => !tell.includes(sort)),
  quiet: from || to ? { from: minutesOf(from), to: minutesOf(to) } : null,
  language: language || null,
  zone: zone || null,
  remind: remind ? Number(remind) : null,
});

/** The form as it stands. */
export const bodyOf = ({ muted, language, quietFrom, quietTo, zone, remind }: Person): PreferencesBody => ({
  tell: noticeSorts.filter((sort) => !muted.includes(sort)),
  language: language ?? 'en',
  from: timeOf(quietFrom),
  to: timeOf(quietTo),
  zone: zone ?? '',
  remind: remind === null ? '' : String(remind),
});

function minutesOf(time: string): number {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})/.exec(time) ?? [];
  return hour && minute && Number(minute) < 60 ? Number(hour) * 60 + Number(minute) : Number.NaN;
}

const timeOf = (minutes: number | null): string =>
  minutes === null
    ? ''
    : `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
