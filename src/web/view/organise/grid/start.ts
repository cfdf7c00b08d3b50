import type { EventWithSeries } from '../../../../services/events/queries.ts';
import { eventStretches } from '../../../../services/grid/rules.ts';
import { clock, shortDay, zoneName } from '../../../../shared/time.ts';
import { t } from '../../../../words/words.ts';
import { type FieldView, fieldView } from '../../form.ts';
import type { GridForm } from './page.ts';

/** The form that makes a whole grid, filled in with what is usual. */
export type StartView = { action: string; lead: string; fields: FieldView[] };

export function startView(event: EventWithSeries, below: string, sent?: GridForm): StartView {
  const typed = sent?.body ?? { minutes: '30', gap: '', items: usualItems(event), rooms: '' };
  const field = (name: string, more: Partial<Parameters<typeof fieldView>[0]>) =>
    fieldView({
      name,
      value: typed[name],
      issues: sent?.refusal.issues,
      help: t(`grid:start.help.${name}`),
      ...more,
    });
  const days = eventStretches(event, event.zone).map(
    ({ startsAt, endsAt }) =>
      `${shortDay(startsAt, event.zone)}, ${clock(startsAt, event.zone)}–${clock(endsAt, event.zone)}`,
  );
  return {
    action: `${below}/start`,
    lead: t('grid:start.lead', { days: days.join('; '), zone: zoneName(event.zone) }),
    fields: [
      field('rooms', { control: 'textarea', rows: 5, required: true, maxlength: 4000 }),
      field('items', { control: 'textarea', rows: 4, maxlength: 3000 }),
      field('minutes', {
        label: t('grid:slot.minutes'),
        inputmode: 'numeric',
        maxlength: 3,
        required: true,
      }),
      field('gap', { inputmode: 'numeric', maxlength: 3 }),
    ],
  };
}

/** Half an hour to begin and to end with, and lunch where the day has a noon. */
function usualItems(event: EventWithSeries): string {
  const { zone } = event;
  const [{ startsAt, endsAt }] = eventStretches(event, zone) as [{ startsAt: Date; endsAt: Date }];
  const at = (from: Date, minutes: number) => clock(new Date(from.getTime() + minutes * 60_000), zone);
  if (endsAt.getTime() - startsAt.getTime() < 4 * 3600_000) return '';
  const noon = clock(startsAt, zone) < '11:30' && clock(endsAt, zone) > '15:00';
  return [
    `${at(startsAt, 0)}-${at(startsAt, 30)} ${t('grid:start.welcome')}`,
    noon && `12:30-13:30 ${t('grid:start.lunch')}`,
    `${at(endsAt, -30)}-${at(endsAt, 0)} ${t('grid:start.closing')}`,
  ]
    .filter(Boolean)
    .join('\n');
}
