import type { EventWithSeries } from '../../../../services/events/queries.ts';
import type { GridSlot } from '../../../../services/grid/queries.ts';
import { eventStretches } from '../../../../services/grid/rules.ts';
import type { Refusal } from '../../../../shared/result.ts';
import { wallOf } from '../../../../shared/time.ts';
import { t } from '../../../../words/words.ts';
import { foldAt } from '../../../organise/event-body.ts';
import { type FieldView, type FormErrors, fieldView, formErrors } from '../../form.ts';
import type { Desk } from '../desk.ts';
import { momentRows } from '../moment.ts';

/** The form as it is typed; `common`: for something that all do together. */
export type SlotForm = {
  common: string;
  title: string;
  startsAt: string;
  startsFold: string;
  endsAt: string;
  endsFold: string;
  minutes: string;
  gap: string;
  zone: string;
};

export type SlotPage = {
  desk: Desk;
  heading: string;
  lead: string;
  action: string;
  back: string;
  common: string;
  errors?: FormErrors;
  rows: { fields: FieldView[] }[];
  submit: string;
  remove?: { action: string };
};

type Given = { desk: Desk; event: EventWithSeries; form: SlotForm; id?: number; refusal?: Refusal };

/** Times to add, or one to change. */
export function slotPage({ desk, form, id, refusal }: Given): SlotPage {
  const issues = refusal?.issues ?? [];
  const kind = id ? 'edit' : form.common ? 'common' : 'new';
  const field = (name: 'title' | 'minutes' | 'gap', more: Partial<Parameters<typeof fieldView>[0]>) =>
    fieldView({ name, value: form[name], issues, help: t(`grid:slot.help.${name}`), ...more });
  const times = momentRows(['startsAt', 'endsAt'], form, issues, true);
  const minutes = { inputmode: 'numeric', maxlength: 3 };
  const lengths = {
    fields: [field('minutes', { ...minutes, label: t('grid:slot.minutes') }), field('gap', minutes)],
  };
  const rows =
    kind === 'new' ? [...times, lengths] : [{ fields: [field('title', { maxlength: 120 })] }, ...times];
  const back = `${desk.href}/grid`;
  return {
    desk,
    heading: t(`grid:slot.heading.${kind}`),
    lead: t(`grid:slot.lead.${kind}`),
    action: `${back}/slots/${id ?? 'new'}`,
    back,
    common: form.common,
    errors: formErrors(
      refusal,
      rows.flatMap((row) => row.fields),
    ),
    rows,
    submit: t(`grid:slot.submit.${kind}`),
    remove: id ? { action: `${back}/slots/${id}/remove` } : undefined,
  };
}

const none = { common: '', title: '', startsFold: '', endsFold: '', minutes: '', gap: '' };

/** After the last of those that there are, or from the event's own beginning. */
export function newSlot(event: EventWithSeries, there: GridSlot[], common: boolean): SlotForm {
  const { zone } = event;
  const days = eventStretches(event, zone);
  const last = there.at(-1)?.endsAt;
  const day = days.find((one) => last && last >= one.startsAt && last < one.endsAt) ?? days[0]!;
  const from = last && last >= day.startsAt && last < day.endsAt ? last : day.startsAt;
  const to = common ? new Date(Math.min(from.getTime() + 3600_000, day.endsAt.getTime())) : day.endsAt;
  return {
    ...none,
    common: common ? 'yes' : '',
    startsAt: wallOf(from, zone),
    endsAt: wallOf(to, zone),
    minutes: common ? '' : '30',
    zone,
  };
}

/** A slot as it is on file. */
export const slotForm = ({ zone }: EventWithSeries, slot: GridSlot): SlotForm => ({
  ...none,
  title: slot.title ?? '',
  startsAt: wallOf(slot.startsAt, zone),
  startsFold: foldAt(slot.startsAt, zone),
  endsAt: wallOf(slot.endsAt, zone),
  endsFold: foldAt(slot.endsAt, zone),
  zone,
});
