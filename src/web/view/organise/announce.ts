import type { announcementsOf, Reach } from '../../../services/announcements/queries.ts';
import { audiences, longest } from '../../../services/announcements/rules.ts';
import type { EventWithSeries } from '../../../services/events/queries.ts';
import type { Refusal } from '../../../shared/result.ts';
import { moment } from '../../../shared/time.ts';
import { t } from '../../../words/words.ts';
import { type FieldView, type FormErrors, fieldView, formErrors } from '../form.ts';
import type { Desk } from './desk.ts';

export type AnnouncePage = {
  desk: Desk;
  action: string;
  nonce: string;
  errors?: FormErrors;
  fields: FieldView[];
  /** What is about to be sent, and to how many. */
  preview?: { subject: string; text: string; audience: string; reach: string; send: string };
  before: { text: string; told: string }[];
};

type Given = {
  desk: Desk;
  event: EventWithSeries;
  typed: { text: string; audience: string };
  reach: Reach;
  before: Awaited<ReturnType<typeof announcementsOf>>;
  preview: boolean;
  nonce: string;
  refusal?: Refusal;
};

/** The form of an announcement, or what it will look like. */
export function announcePage({ event, typed, reach, before, refusal, ...given }: Given): AnnouncePage {
  const issues = refusal?.issues ?? [];
  const audience = audiences.find((one) => one === typed.audience) ?? 'coming';
  const fields = [
    fieldView({
      name: 'text',
      label: t('announce:text'),
      help: t('announce:text_help'),
      control: 'textarea',
      rows: 7,
      maxlength: longest,
      value: typed.text,
      issues,
      required: true,
    }),
    fieldView({
      name: 'audience',
      label: t('announce:audience'),
      control: 'radios',
      value: audience,
      options: audiences.map((one) => ({
        value: one,
        label: t(`announce:audiences.${one}`, { count: reach[one] }),
      })),
    }),
  ];
  return {
    desk: given.desk,
    action: `${given.desk.href}/announce`,
    nonce: given.nonce,
    errors: formErrors(refusal, fields),
    fields,
    preview: given.preview
      ? {
          subject: t('mail:announced.subject', { event: event.name }),
          text: typed.text.trim(),
          audience,
          reach: t('announce:reach', { count: reach[audience] }),
          send: t('announce:send', { count: reach[audience] }),
        }
      : undefined,
    before: before.map((one) => ({
      text: one.text,
      told: t('announce:told', {
        when: moment(one.createdAt, event.zone),
        by: one.by ?? '–',
        to: t(`announce:to.${one.audience}`),
      }),
    })),
  };
}
