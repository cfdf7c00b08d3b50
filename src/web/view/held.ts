import type { Held } from '../../jobs/held.ts';
import { relative } from '../../shared/time.ts';
import { t } from '../../words/words.ts';

/** What organisers are told of mails that the site holds. */
export type HeldView = { heading: string; text: string; button: string };

export const heldView = (held: Held | undefined, now: Date): HeldView | undefined =>
  held && {
    heading: t('jobs:held.heading', { count: held.count }),
    text: t('jobs:held.text', { until: relative(held.until, now, 'UTC') }),
    button: t('jobs:held.button', { count: held.count }),
  };
