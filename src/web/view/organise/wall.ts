import type { Actor } from '../../../context.ts';
import type { Entrance } from '../../../services/entrances/queries.ts';
import { entranceHours, entranceToken } from '../../../services/entrances/rules.ts';
import type { EventWithSeries } from '../../../services/events/queries.ts';
import { mayManage } from '../../../services/organising/rules.ts';
import type { Refusal } from '../../../shared/result.ts';
import { moment } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';
import { type FieldView, type FormErrors, fieldView, formErrors } from '../form.ts';
import { qrSvg } from '../qr.ts';
import type { Desk } from './desk.ts';

export type WallPage = {
  desk: Desk;
  errors?: FormErrors;
  /** The link that is open just now. */
  open?: { href: string; qr: string; until: string };
  /** For those who may open and end it. */
  form?: { action: string; hours: FieldView; submit: string };
};

type Given = {
  site: { baseUrl: string; secret: string };
  desk: Desk;
  event: EventWithSeries;
  actor: Actor;
  open?: Entrance;
  refusal?: Refusal;
};

export function wallPage({ site, desk, event, actor, open, refusal }: Given): WallPage {
  const href =
    open && `${site.baseUrl}/events/${event.slug}/register?entrance=${entranceToken(site.secret, open.key)}`;
  const hours = fieldView({
    name: 'hours',
    control: 'select',
    label: t('wall:open_for'),
    value: '2',
    required: true,
    options: entranceHours.map((count) => ({ value: String(count), label: t('wall:hours', { count }) })),
    issues: refusal?.issues,
  });
  return {
    desk,
    errors: formErrors(refusal, [hours]),
    open:
      open && href
        ? {
            href,
            qr: qrSvg(href, t('wall:qr')),
            until: t('wall:until', { until: moment(open.endsAt, event.zone) }),
          }
        : undefined,
    form: mayManage(actor, event.id)
      ? { action: `${desk.href}/wall`, hours, submit: t(open ? 'wall:again' : 'wall:open') }
      : undefined,
  };
}
