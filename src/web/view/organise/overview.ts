import type { Actor } from '../../../context.ts';
import { noShowRate, type Past, suggestOverbooking } from '../../../services/arrivals/rules.ts';
import type { EventWithSeries } from '../../../services/events/queries.ts';
import { phase } from '../../../services/events/rules.ts';
import { mayManage } from '../../../services/organising/rules.ts';
import type { Reconfirmed } from '../../../services/registrations/standing.ts';
import type { Refusal } from '../../../shared/result.ts';
import { refusalText } from '../../../words/sentences.ts';
import { t } from '../../../words/words.ts';
import { coverUrl, moment } from '../events.ts';
import { type FieldView, fieldView } from '../form.ts';
import { type Desk, deskUrl, type Fill, fill } from './desk.ts';

export type OverviewPage = {
  desk: Desk;
  refused?: string;
  cover: string;
  fill: Fill;
  facts: { label: string; text: string }[];
  /** What one might want to see to before it is published. */
  missing: string[];
  /** Where the public finds it. */
  url?: string;
  preview: string;
  publish?: string;
  restore?: string;
  cancel?: string;
  copy?: { action: string; nonce: string; days: FieldView };
  /** Names what there is of copying and cancelling. */
  more: string;
  cancelMessage?: string;
  manages: boolean;
};

type Given = {
  desk: Desk;
  event: EventWithSeries;
  actor: Actor;
  now: Date;
  url: string;
  /** For the form that copies it, where one may: what makes it one copy. */
  copies?: string;
  refusal?: Refusal;
  past: Past;
  asked?: Reconfirmed;
};

/** An event as its organisers find it: how full it is, and what can be done with it. */
export function overviewPage({
  desk,
  event,
  actor,
  now,
  url,
  copies,
  refusal,
  past,
  asked,
}: Given): OverviewPage {
  const at = phase(event, now);
  const manages = mayManage(actor, event.id);
  const to = (below: string, when: boolean) => (manages && when ? deskUrl(event, below) : undefined);
  const cancel = to('/cancel', at === 'open' || at === 'not_open' || at === 'closed');
  return {
    desk,
    refused: refusal && refusalText(t, refusal),
    cover: coverUrl(event),
    fill: fill(event),
    facts: [...facts(event), ...experience(event, past, asked)],
    missing: manages && at === 'draft' ? missing(event) : [],
    url: event.publishedAt ? url : undefined,
    preview: deskUrl(event, '/preview'),
    publish: to('/publish', at === 'draft'),
    restore: to('/restore', at === 'cancelled'),
    cancel,
    more: t(`organise:overview.more_${copies ? (cancel ? 'both' : 'copy') : 'cancel'}`),
    copy: copies ? { action: deskUrl(event, '/copy'), nonce: copies, days: daysField() } : undefined,
    cancelMessage: event.cancelMessage || undefined,
    manages,
  };
}

function facts(event: EventWithSeries): OverviewPage['facts'] {
  const { zone, opensAt, closesAt } = event;
  const asked = event.questions.map((one) => one.label).join(', ');
  return [
    fact('opens', opensAt ? moment(opensAt, zone) : t('organise:overview.opens_at_once')),
    fact('closes', closesAt ? moment(closesAt, zone) : t('organise:overview.closes_at_start')),
    fact('list', t(event.waitingList ? 'site:yes' : 'site:no')),
    fact('asks', asked || t('organise:overview.asks_nothing')),
    ...(event.series ? [fact('series', event.series.name)] : []),
  ];
}

/** What is known of who comes and who does not: said, never done. */
function experience(event: EventWithSeries, past: Past, asked?: Reconfirmed): OverviewPage['facts'] {
  const more = event.capacity === null ? undefined : suggestOverbooking(past, event.capacity);
  const rate =
    past.events > 0 &&
    [
      t('door:rate', {
        count: past.events,
        came: past.came,
        expected: past.expected,
        percent: Math.round(noShowRate(past) * 100),
      }),
      more === undefined ? '' : t('door:suggest', { count: more }),
    ]
      .filter(Boolean)
      .join(' ');
  return [
    ...(asked && asked.asked > 0 ? [fact('coming', t('reconfirm:counts', asked))] : []),
    ...(rate ? [fact('no_shows', rate)] : []),
  ];
}

const fact = (key: string, text: string) => ({ label: t(`organise:overview.${key}`), text });

function missing(event: EventWithSeries): string[] {
  const lacks = {
    venue: !event.venueName,
    summary: !event.summary,
    description: !event.description,
    limit: event.capacity === null,
  };
  return Object.entries(lacks).flatMap(([key, lacking]) =>
    lacking ? t(`organise:overview.missing.${key}`) : [],
  );
}

const daysField = () =>
  fieldView({
    name: 'days',
    label: t('organise:overview.copy_days'),
    control: 'select',
    required: true,
    value: '28',
    options: ['7', '14', '28', '91', '364'].map((days) => ({
      value: days,
      label: t('organise:overview.later', { count: Number(days) / 7 }),
    })),
  });
