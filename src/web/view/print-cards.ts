import type { EventWithSeries } from '../../services/events/queries.ts';
import { cardLink } from '../../services/grid/cards.ts';
import type { Session } from '../../services/sessions/queries.ts';
import { when } from '../../shared/time.ts';
import { t } from '../../words/words.ts';
import { qrSvg } from './qr.ts';
import { hostNames, sessionTapes } from './session-card.ts';
import type { Tape } from './tape.ts';

/** Index cards of paper, four on a page. */
export type PrintCardsPage = {
  heading: string;
  lead: string;
  back: { href: string; text: string };
  filter: { href: string; text: string; current: boolean }[];
  cards: PrintCard[];
  empty: { heading: string; text: string };
};

type PrintCard = {
  number: number;
  title: string;
  hosts: string;
  kind: string;
  length: string;
  tape: Tape;
  event: string;
  /** An SVG, made here. */
  qr: string;
  /** Long titles are set smaller. */
  size: 'large' | 'middle' | 'small';
};

type Given = {
  site: { baseUrl: string; secret: string };
  event: EventWithSeries;
  sessions: Session[];
  back: PrintCardsPage['back'];
  filter?: PrintCardsPage['filter'];
};

export const printCardsPage = ({ site, event, sessions, back, filter = [] }: Given): PrintCardsPage => ({
  heading: t('grid:cards.heading', { count: sessions.length }),
  lead: t('grid:cards.lead'),
  back,
  filter,
  cards: sessions.map((session) => printCard(site, event, session)),
  empty: { heading: t('grid:cards.none_heading'), text: t('grid:cards.none') },
});

function printCard(site: Given['site'], event: EventWithSeries, session: Session): PrintCard {
  const { number, title, minutes } = session;
  return {
    number,
    title,
    hosts: hostNames(session),
    kind: t(`sessions:kinds.${session.kind}`),
    length: minutes === null ? '' : t('sessions:minutes', { count: minutes }),
    tape: sessionTapes[session.kind],
    event: `${event.name}, ${when(event.startsAt, event.endsAt, event.zone)}`,
    qr: qrSvg(cardLink(site, session), t('grid:cards.qr', { number })),
    size: title.length > 160 ? 'small' : title.length > 70 ? 'middle' : 'large',
  };
}
