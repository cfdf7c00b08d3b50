import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CheerioAPI, load } from 'cheerio';
import { expect } from 'vitest';
import { type Given, schedule } from '../../src/feeds/schedule.ts';
import { scheduleJson } from '../../src/feeds/schedule-json.ts';
import { scheduleXml } from '../../src/feeds/schedule-xml.ts';

// What c3voc's schedule.xml.xsd and schema.json ask for, as far as it depends on what people type. With the name of a
// folder in SCHEDULE_FILES every schedule is written there, for the validators themselves.

let written = 0;

/** Both files of a schedule, read again; every rule of the schemas that could be broken is held. */
export function files(given: Given) {
  const xml = scheduleXml(schedule(given));
  const json = scheduleJson(schedule(given));
  const folder = process.env.SCHEDULE_FILES;
  if (folder) {
    mkdirSync(folder, { recursive: true });
    for (const [ending, text] of Object.entries({ xml, json }))
      writeFileSync(path.join(folder, `${written}.${ending}`), text);
    written++;
  }
  const $ = load(xml, { xml: true });
  const read = JSON.parse(json);
  holdsXml(xml, $);
  holdsJson(read);
  return { xml, $, json: read.schedule.conference, schedule: read.schedule };
}

const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const inEvent = ['room', 'title', 'subtitle', 'slug', 'type', 'date', 'start', 'duration', 'abstract'];
const inEventToo = ['track', 'language', 'description', 'url', 'persons', 'links', 'attachments'];

function holdsXml(xml: string, $: CheerioAPI) {
  // XML 1.0, 2.2: what may stand in a document at all; 4.6: the entities that there are.
  expect(xml).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
  expect(xml).not.toMatch(/&(?!(amp|lt|gt|quot);)/);
  // Giggity looks for these in the first kilobyte, in small letters.
  expect(xml.slice(0, 1024)).toMatch(/<schedule>.*<conference>/s);
  expect($('schedule > conference > acronym').text()).toMatch(/^[a-z0-9_-]{4,}$/);
  expect($('schedule > day').length).toBeGreaterThan(0);
  const unique = (texts: string[]) => expect(new Set(texts).size).toBe(texts.length);
  for (const day of $('day').toArray()) {
    const { index, date, start, end } = day.attribs;
    expect([Number(index), date]).toEqual([$(day).index() - 3, start!.slice(0, 10)]);
    expect([start, end]).toEqual([expect.stringMatching(dateTime), expect.stringMatching(dateTime)]);
    unique(
      $(day)
        .children('room')
        .toArray()
        .map((room) => room.attribs.name!),
    );
  }
  const events = $('day > room > event').toArray();
  unique(events.map((one) => one.attribs.id!));
  unique(events.map((one) => one.attribs.guid!));
  unique(events.map((one) => $(one).children('slug').text()));
  for (const one of events) {
    const text = (name: string) => $(one).children(name).text();
    expect(one.attribs.id).toMatch(/^[1-9]\d*$/);
    expect(one.attribs.guid).toMatch(uuid);
    expect(one.attribs.code).toBeUndefined();
    expect(
      $(one)
        .children()
        .toArray()
        .map((child) => child.name),
    ).toEqual([...inEvent, ...inEventToo]);
    expect(text('date')).toMatch(dateTime);
    expect(text('start')).toMatch(/^[0-2]\d:[0-5]\d$/);
    expect(text('date')).toContain(`T${text('start')}:`);
    expect(text('duration')).toMatch(/^\d{2}:[0-5]\d$/);
    expect(text('slug')).toMatch(/^[a-z0-9_]{4,}-[a-z0-9\-_]{4,}$/);
    expect(text('room')).toBe($(one).parent().attr('name'));
    const { start, end } = $(one).parents('day').get(0)!.attribs;
    const begins = Date.parse(text('date'));
    expect([Date.parse(start!) <= begins, begins < Date.parse(end!)]).toEqual([true, true]);
  }
  for (const person of $('person').toArray())
    expect([person.attribs.id, person.attribs.guid]).toEqual([
      expect.stringMatching(/^\d+$/),
      expect.stringMatching(uuid),
    ]);
  for (const link of $('link').toArray()) expect(link.attribs.href).toMatch(strict);
}

/** RFC 3986 for the web: what may stand in an authority, and after it. */
const strict =
  /^https?:\/\/([\w\-.~!$&'()*+,;=:@[\]]|%[0-9a-f]{2})+(\/([\w\-.~!$&'()*+,;=:@/]|%[0-9a-f]{2})*)?(\?([\w\-.~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*)?(#([\w\-.~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*)?$/i;

const conferenceKeys =
  /^(acronym|title|start|end|daysCount|timeslot_duration|time_zone_name|url|rooms|days)$/;
const eventKeys = [
  ...['abstract', 'attachments', 'date', 'description', 'duration', 'end', 'guid', 'id', 'language', 'links'],
  ...['persons', 'room', 'slug', 'start', 'subtitle', 'title', 'track', 'type', 'url'],
];

function holdsJson(read: { schedule: { version: string; conference: Record<string, never> } }) {
  expect(read.schedule.version).toMatch(dateTime);
  const conference = read.schedule.conference as Record<string, never> & { days: never[]; rooms: never[] };
  for (const key of Object.keys(conference)) expect(key).toMatch(conferenceKeys);
  expect(conference.acronym).toMatch(/^[a-z0-9_-][a-z0-9_]{3,}(-2[0-9]{3}-[a-z]+)?$/);
  expect(conference.time_zone_name ?? 'UTC').toMatch(/^([A-Z][a-z]+\/[A-Z][a-z]+)|UTC$/);
  for (const room of conference.rooms as { guid: string }[]) expect(room.guid).toMatch(uuid);
  for (const day of conference.days as { rooms: Record<string, Record<string, unknown>[]> }[])
    for (const one of Object.values(day.rooms).flat()) {
      expect(Object.keys(one).sort()).toEqual(eventKeys);
      expect(one.slug).toMatch(/^[a-z0-9_-]+[a-z0-9]$/);
      expect(one.start).toMatch(/^(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]$/);
      expect(one.end).toMatch(dateTime);
      for (const link of one.links as { url: string; type: string }[]) {
        expect(link.url).toMatch(strict);
        expect(['slides', 'article', 'media', 'web']).toContain(link.type);
      }
      for (const person of one.persons as object[])
        expect(Object.keys(person).sort()).toEqual(['guid', 'id', 'name']);
    }
}
