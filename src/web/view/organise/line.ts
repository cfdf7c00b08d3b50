import type { Actor } from '../../../context.ts';
import type { EventWithSeries } from '../../../services/events/queries.ts';
import { mayManage } from '../../../services/organising/rules.ts';
import type { Reason } from '../../../services/registrations/reasons.ts';
import type { InLine } from '../../../services/registrations/standing.ts';
import type { Refusal } from '../../../shared/result.ts';
import { moment } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';
import { type FormErrors, formErrors } from '../form.ts';
import type { Desk } from './desk.ts';

export type LinePage = {
  desk: Desk;
  manages: boolean;
  errors?: FormErrors;
  lead: string;
  rows: {
    id: number;
    place: string;
    name: string;
    email: string;
    size: string;
    since: string;
    why: string;
    action: string;
  }[];
  next?: string;
};

type Given = {
  desk: Desk;
  event: EventWithSeries;
  actor: Actor;
  rows: InLine[];
  free: number | null;
  next?: number;
  refusal?: Refusal;
};

export const linePage = ({ desk, event, actor, rows, free, next, refusal }: Given): LinePage => ({
  desk,
  manages: mayManage(actor, event.id),
  errors: formErrors(refusal, []),
  lead: t(`line:lead_${event.line}`, { count: Math.max(0, free ?? 0) }),
  rows: rows.map((row) => ({
    id: row.id,
    place: row.state === 'offered' ? t('line:offered') : String(row.ahead + 1),
    name: row.name,
    email: row.email,
    size: t('party:size', { count: row.size }),
    since: t('line:since', { at: moment(row.createdAt, event.zone) }),
    why: whyText(row.reason, event.zone),
    action: `${desk.href}/line/${row.id}`,
  })),
  next: next === undefined ? undefined : `${desk.href}/line?after=${next}`,
});

function whyText(reason: Reason, zone: string): string {
  switch (reason.kind) {
    case 'asked':
      return t('line:why.asked', { until: moment(reason.until, zone) });
    case 'too_few':
      return t('line:why.too_few', { needs: reason.needs, count: reason.free });
    case 'behind':
      return t('line:why.behind', { count: reason.ahead });
    case 'skipped':
    case 'next':
      return t(`line:why.${reason.kind}`);
    default:
      return reason satisfies never;
  }
}
