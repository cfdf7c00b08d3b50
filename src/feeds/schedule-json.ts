import type { Item, Schedule } from './schedule.ts';

/** schedule.json by c3voc's schema of version 1. */
export const scheduleJson = (schedule: Schedule): string =>
  JSON.stringify({
    $schema: 'https://c3voc.de/schedule/schema.json',
    generator: { name: 'Turnout' },
    schedule: {
      version: schedule.version,
      base_url: schedule.baseUrl,
      conference: {
        acronym: schedule.acronym,
        title: schedule.title,
        start: schedule.start,
        end: schedule.end,
        daysCount: schedule.days.length,
        timeslot_duration: '00:05',
        ...zone(schedule.zone),
        url: schedule.url,
        rooms: schedule.rooms,
        days: schedule.days.map((day) => ({
          index: day.index,
          date: day.date,
          day_start: day.start,
          day_end: day.end,
          rooms: Object.fromEntries(day.rooms.map(({ name, items }) => [name, items.map(event)])),
        })),
      },
    },
  });

/** The schema knows zones of a region and a city, and UTC. */
const zone = (name: string) => (/^[A-Z][a-z]+\/[A-Z][a-z]+|UTC$/.test(name) ? { time_zone_name: name } : {});

const event = ({ links, ...item }: Item) => ({
  ...item,
  subtitle: '',
  description: '',
  links: links.map(({ kind, url, title }) => ({ url, title, type: linkTypes[kind] })),
  attachments: [],
});

const linkTypes = { slides: 'slides', notes: 'article', recording: 'media', link: 'web' } as const;
