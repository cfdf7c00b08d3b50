import { withOffset } from '../shared/time.ts';

export type JsonLdEvent = {
  name: string;
  summary: string;
  startsAt: Date;
  endsAt: Date;
  zone: string;
  venueName: string;
  venueAddress: string;
  state: string;
  cost: string;
  capacity: number | null;
  taken: number;
};

/** An event as schema.org/Event; times with their offset. Links are absolute. */
export function eventJsonLd(
  event: JsonLdEvent,
  links: { url: string; image: string; register: string },
): object {
  const time = (at: Date) => withOffset(at, event.zone);
  const full = event.capacity !== null && event.taken >= event.capacity;
  return {
    '@context': 'https://schema.org',
    '@type': 'Event',
    name: event.name,
    ...(event.summary ? { description: event.summary } : {}),
    startDate: time(event.startsAt),
    endDate: time(event.endsAt),
    eventStatus: `https://schema.org/${event.state === 'cancelled' ? 'EventCancelled' : 'EventScheduled'}`,
    eventAttendanceMode: 'https://schema.org/OfflineEventAttendanceMode',
    ...(event.venueName
      ? { location: { '@type': 'Place', name: event.venueName, address: event.venueAddress } }
      : {}),
    image: [links.image],
    url: links.url,
    offers: {
      '@type': 'Offer',
      // A price in words is no number: better none than a wrong one.
      ...(event.cost ? { description: event.cost } : { price: 0, priceCurrency: 'EUR' }),
      url: links.register,
      availability: `https://schema.org/${full ? 'SoldOut' : 'InStock'}`,
    },
  };
}
