import type { EventWithSeries, Series } from '../../services/events/queries.ts';
import { type Answers, answerText, type Field } from '../../shared/form.ts';
import { t } from '../../words/words.ts';
import { byDay, type Day } from './events.ts';
import { type EventRow, eventRow } from './home.ts';
import { type Tape, tapeOf } from './tape.ts';

export type AttendeesPage = {
  event: { name: string; href: string };
  people: { name: string; answers: { label: string; text: string }[] }[];
  pager: { next?: string; nextText: string };
};

type Row = { id: number; name: string; answers: Answers };

/** The people who asked to be shown, with their answers to the questions that are public. */
export function attendeesPage(event: EventWithSeries, rows: Row[], size: number): AttendeesPage {
  const questions = event.questions.filter((one) => one.audience === 'public');
  const href = `/events/${event.slug}`;
  const last = rows.length > size ? rows[size - 1] : undefined;
  return {
    event: { name: event.name, href },
    people: rows
      .slice(0, size)
      .map((row) => ({ name: row.name, answers: publicAnswers(questions, row.answers) })),
    pager: { next: last && `${href}/attendees?after=${last.id}`, nextText: t('site:attendees.more') },
  };
}

const publicAnswers = (questions: Field[], answers: Answers) =>
  questions
    .filter((one) => answers[one.name] !== undefined)
    .map((one) => ({
      label: one.label,
      text: answerText(answers[one.name], { yes: t('site:yes'), no: t('site:no') }),
    }));

export type SeriesPage = {
  name: string;
  summary: string;
  calendar: string;
  tape: Tape;
  days: Day[];
  past: EventRow[];
};

/** A series with its events: those to come by day, then those that were. */
export function seriesPage(series: Series, events: EventWithSeries[], now: Date): SeriesPage {
  const coming = events.filter((event) => event.endsAt > now);
  return {
    name: series.name,
    summary: series.summary,
    calendar: `/series/${series.slug}.ics`,
    tape: tapeOf(series.slug),
    days: byDay(coming, now),
    past: events.filter((event) => event.endsAt <= now).map(eventRow),
  };
}
