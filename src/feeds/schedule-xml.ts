import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import type { Day, Item, Schedule } from './schedule.ts';

/** schedule.xml as frab and pretalx write it, by c3voc's schedule.xml.xsd: for Giggity, EventFahrplan, FOSDEM Companion. */
export function scheduleXml(schedule: Schedule): string {
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('schedule');
  root.ele('generator', { name: 'Turnout' });
  field(root, 'url', `${schedule.url}.xml`);
  field(root, 'version', schedule.version);
  conference(root.ele('conference'), schedule);
  for (const day of schedule.days) addDay(root, day);
  return root.end();
}

function conference(element: XMLBuilder, schedule: Schedule) {
  field(element, 'acronym', schedule.acronym);
  field(element, 'title', schedule.title);
  field(element, 'start', schedule.start);
  field(element, 'end', schedule.end);
  field(element, 'days', String(schedule.days.length));
  field(element, 'timeslot_duration', '00:05');
  field(element, 'base_url', schedule.baseUrl);
  field(element, 'url', schedule.url);
  field(element, 'time_zone_name', schedule.zone);
}

function addDay(root: XMLBuilder, { index, date, start, end, rooms }: Day) {
  const element = root.ele('day', { index: String(index), date, start, end });
  for (const { name, guid, items } of rooms) {
    const room = element.ele('room', { name: safe(name), guid });
    for (const item of items) addItem(room, item);
  }
}

function addItem(room: XMLBuilder, item: Item) {
  const element = room.ele('event', { id: String(item.id), guid: item.guid });
  const { date, start, duration, title, slug, track, type, language, abstract, url } = item;
  const texts = { room: item.room, title, subtitle: '', slug, type, date, start, duration, abstract, track };
  for (const [name, text] of Object.entries({ ...texts, language, description: '', url }))
    field(element, name, text);
  const persons = element.ele('persons');
  for (const { id, guid, name } of item.persons)
    persons.ele('person', { id: String(id), guid }).txt(safe(name));
  const links = element.ele('links');
  for (const { kind, url, title } of item.links)
    links.ele('link', { href: safe(url), type: kind }).txt(safe(title));
  element.ele('attachments');
}

function field(element: XMLBuilder, name: string, text: string) {
  const made = element.ele(name);
  if (text) made.txt(safe(text));
}

/** The library takes an `&` that looks like the beginning of an entity for one: typed by somebody, it is none. */
const safe = (text: string) => text.replaceAll('&', '&amp;');
