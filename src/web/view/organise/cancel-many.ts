import type { EventWithSeries } from '../../../services/events/queries.ts';
import type { CancellationView, ToCancel } from '../../../services/registrations/many.ts';
import { closedToAnswers } from '../../../services/registrations/rules.ts';
import type { Refusal } from '../../../shared/result.ts';
import { refusalText } from '../../../words/sentences.ts';
import { t } from '../../../words/words.ts';
import { queryOf } from '../../organise/attendee-url.ts';
import type { Desk } from './desk.ts';

export type CancelManyPage = {
  desk: Desk;
  refused?: string;
  lead: string;
  more: string[];
  /** Absent when nobody fits. */
  form?: { action: string; back: string; upTo: string; asked: string; button: string };
  list: string;
};

/** Asks once more, with the count, before all who fit are cancelled. */
export function cancelManyPage(
  desk: Desk,
  { count, people, unproved, upTo }: ToCancel,
  params: Record<string, string>,
  refusal?: Refusal,
): CancelManyPage {
  const proved = count - unproved;
  return {
    desk,
    refused: refusal && refusalText(t, refusal),
    lead: t('organise:many.lead', { count, people }),
    more:
      count === 0
        ? []
        : [
            t('organise:many.told', { count: proved }),
            t('organise:many.untold', { count: unproved }),
            t('organise:many.undo_help'),
          ],
    form:
      count === 0
        ? undefined
        : {
            action: `${desk.href}/attendees/cancel`,
            back: queryOf(params).slice(1),
            upTo: String(upTo),
            asked: String(count),
            button: t('organise:many.button', { count }),
          },
    list: `${desk.href}/attendees${queryOf(params)}`,
  };
}

export type CancellationPage = {
  desk: Desk;
  refused?: string;
  heading: string;
  /** It is not done: the page looks again by itself. */
  working?: { text: string; done: number; total: number };
  lines: string[];
  names?: { heading: string; names: string[] };
  undo?: { action: string; button: string; help: string };
  list: string;
};

/** How far cancelling many is, what came of it, and what came of taking it back. */
export function cancellationPage(
  desk: Desk,
  event: EventWithSeries,
  of: CancellationView,
  now: Date,
  refusal?: Refusal,
): CancellationPage {
  const { total, asked, cancelled, before, confirmed, line, names } = of;
  const restoring = of.undoneAt !== null;
  const finished = restoring ? of.restoredAt !== null : of.doneAt !== null;
  const done = restoring ? confirmed + line : cancelled + before;
  const gone = before + asked - total;
  const lines = restoring
    ? [
        t('organise:many.restored', { count: confirmed }),
        line > 0 && t('organise:many.restored_line', { count: line }),
        before > 0 && t('organise:many.before', { count: before }),
      ]
    : [
        t('organise:many.cancelled', { count: cancelled }),
        gone > 0 && t('organise:many.before', { count: gone }),
      ];
  const undoable = finished && !restoring && cancelled > 0 && !closedToAnswers(event, now);
  return {
    desk,
    refused: refusal && refusalText(t, refusal),
    heading: t(restoring ? 'organise:many.heading_undo' : 'organise:many.heading'),
    working: finished
      ? undefined
      : {
          text: t(restoring ? 'organise:many.undoing' : 'organise:many.working', { done, total }),
          done,
          total,
        },
    lines: finished ? lines.filter((one) => one !== false) : [],
    names:
      finished && restoring && cancelled > 0
        ? { heading: t('organise:many.stayed', { count: cancelled }), names }
        : undefined,
    undo: undoable
      ? {
          action: `${desk.href}/cancellations/${of.id}/undo`,
          button: t('organise:many.undo', { count: cancelled }),
          help: t('organise:many.undo_help'),
        }
      : undefined,
    list: `${desk.href}/attendees`,
  };
}
