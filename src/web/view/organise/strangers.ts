import type { EventWithSeries } from '../../../services/events/queries.ts';
import type { Refusal } from '../../../shared/result.ts';
import { moment, wallOf } from '../../../shared/time.ts';
import { refusalText } from '../../../words/sentences.ts';
import { t } from '../../../words/words.ts';
import { queryOf } from '../../organise/attendee-url.ts';
import { type FieldView, fieldView } from '../form.ts';
import type { Desk } from './desk.ts';

export type StrangersPage = {
  desk: Desk;
  refused?: string;
  lead: string;
  asked?: string;
  /** Absent when there is nobody to be asked. */
  form?: { action: string; hours: FieldView };
  links: { href: string; text: string }[];
};

type Given = { count: number; unproved: number; hours: string; refusal?: Refusal };

/** Many strangers came at once: how many, and what can be done. */
export function strangersPage(desk: Desk, event: EventWithSeries, given: Given): StrangersPage {
  const { count, unproved, hours, refusal } = given;
  const since = event.strangersSince;
  const query = since ? queryOf({ proved: 'no', since: wallOf(since, event.zone).slice(0, 16) }) : '';
  return {
    desk,
    refused: refusal && refusalText(t, refusal),
    lead: since
      ? t('strangers:lead', { since: moment(since, event.zone), count, unproved })
      : t('strangers:lead_none'),
    asked: event.proveHours === null ? undefined : t('strangers:asked', { hours: event.proveHours }),
    form:
      unproved > 0
        ? {
            action: `${desk.href}/strangers`,
            hours: fieldView({
              name: 'proveHours',
              label: t('strangers:hours'),
              value: hours,
              required: true,
              inputmode: 'numeric',
              maxlength: 3,
              issues: refusal?.issues,
              help: t('strangers:hours_help', { unproved }),
            }),
          }
        : undefined,
    links:
      unproved > 0
        ? [
            { href: `${desk.href}/attendees${query}`, text: t('strangers:see') },
            { href: `${desk.href}/attendees/cancel${query}`, text: t('strangers:cancel') },
          ]
        : [],
  };
}
