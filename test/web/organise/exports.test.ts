import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { load } from 'cheerio';
import { parse } from 'csv-parse/sync';
import { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../../src/services/events/queries.ts';
import { grantRole } from '../../../src/services/people/commands.ts';
import { addAttendee } from '../../../src/services/registrations/commands.ts';
import { exportAttendees } from '../../../src/services/registrations/export.ts';
import { neutral } from '../../../src/shared/csv.ts';
import { t } from '../../../src/words/words.ts';
import { asSystem, asVisitor, code, makeEvent, must } from '../../support/factories.ts';
import { fillEvent } from '../../support/many.ts';
import { countQueries } from '../../support/queries.ts';
import { type Agent, openSite, type TestSite } from '../../support/site.ts';

let site: TestSite;
let olga: Agent;
let event: Event;

/** What people type, and what spreadsheets, parsers and databases have stumbled over. */
const naughty = [
  '=1+1',
  '+49 30 1234',
  '-2+3+cmd|" /C calc"!A0',
  '@SUM(1+1)',
  '=HYPERLINK("http://evil.example","x")',
  'a "quoted", comma; semicolon',
  'two\nlines',
  '🎉 party 👩‍👩‍👧',
  'יעל כהן ‏עברית‎',
  'مرحبا بالعالم',
  '田中さん ﾃｽﾄ',
  'Z̸̢͝a̷lgo',
  '007',
  '1e5',
  '2026-05-01',
  'TRUE',
  '#N/A',
  '_x0041_',
  'null',
  "'; drop table people;--",
  '<script>alert(1)</script>',
  'café',
];

beforeAll(async () => {
  site = await openSite();
  must(await grantRole(asSystem(site.base), { email: 'olga@example.org', role: 'organiser', eventId: null }));
  olga = await site.signedIn('olga@example.org');
  const questions = [
    { label: 'Says', kind: 'long' },
    { label: '=Diet', kind: 'choice', options: 'vegan\nfish' },
    { label: 'Days', kind: 'several', options: 'Friday\nSaturday' },
    { label: 'New?', kind: 'yesno' },
    { label: 'Age', kind: 'number' },
    { label: 'Constructor', kind: 'text' },
  ];
  event = await makeEvent(site.base, {
    name: 'Naughty: [strings]/*?',
    slug: 'naughty',
    capacity: '20',
    questions,
  });
  for (const [n, says] of naughty.entries()) {
    const answers = { says, diet: n % 2 ? 'fish' : 'vegan', days: 'Friday, Saturday', new: 'yes', age: '-3' };
    must(
      await addAttendee(asSystem(site.base), {
        event: event.slug,
        name: says.split('\n')[0]!,
        email: `guest${n}@example.org`,
        answers: n === 0 ? { says } : answers,
      }),
    );
  }
});
afterAll(() => site.close());

const download = (path: string) =>
  olga
    .get(`/organise/events/${event.slug}/attendees.${path}`)
    .buffer(true)
    .parse((res, done) => {
      const parts: Buffer[] = [];
      res.on('data', (part: Buffer) => parts.push(part)).on('end', () => done(null, Buffer.concat(parts)));
    });

describe('the list as CSV', () => {
  it('is UTF-8 with its mark, with CRLF, and named after event and day', async () => {
    const file = await download('csv');
    expect(file.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(file.headers['content-disposition']).toBe(
      'attachment; filename="naughty-attendees-2026-05-01.csv"',
    );
    const text: string = file.body.toString();
    expect(text.startsWith('\ufeffNumber,Name,E-mail,State,')).toBe(true);
    expect(text.replace(/"[^"]*"/g, '').match(/[^\r]\n/)).toBeNull();
    expect(text.endsWith('\r\n')).toBe(true);
  });

  it('gives back what was typed, with an apostrophe before what would be a formula', async () => {
    const rows = parse((await download('csv')).body, { bom: true, columns: true }) as Record<
      string,
      string
    >[];
    expect(rows.map((row) => row.Says)).toEqual(naughty.map((one) => neutral(one.normalize('NFC'))));
    expect(rows[1]).toMatchObject({
      State: 'has a place',
      'Place in line': '',
      'Came by': 'organiser',
      'On the public list': 'No',
      'Registered (Europe/London)': '2026-05-01 13:00',
      'Cancelled (Europe/London)': '',
      "'=Diet": 'fish',
      Days: 'Friday, Saturday',
      'New?': 'Yes',
      Age: '-3',
      Constructor: '',
    });
    expect(rows.at(-1)).toMatchObject({ State: 'waiting list', 'Place in line': '2' });
    expect(rows[0]).toMatchObject({ "'=Diet": '', Days: '', 'New?': '', Age: '' });
  });

  it('has the rows and the columns that were asked for', async () => {
    const file = await download(
      'csv?answer.diet=fish&state=confirmed&column=email&column=answer.age&column=nonsense',
    );
    expect(file.body.toString().split('\r\n').slice(0, 3)).toEqual([
      '\ufeffE-mail,Age',
      'guest1@example.org,-3',
      'guest3@example.org,-3',
    ]);
    const found = await download('csv?q=guest3@&column=email');
    expect(found.body.toString()).toBe('\ufeffE-mail\r\nguest3@example.org\r\n');
    const none = await download('csv?q=zzz&column=email');
    expect(none.body.toString()).toBe('\ufeffE-mail\r\n');
  });

  it('remembers the columns that were chosen, for the list and for each file, without a change by a GET', async () => {
    const list = `/organise/events/${event.slug}/attendees`;
    const choose = (column: string[]) =>
      olga.post(`/organise/events/${event.slug}/columns`).type('form').send({ column, back: 'q=guest3' });
    const chosen = await choose(['name', 'answer.age', "x'"]);
    expect(chosen.headers.location).toBe(`${list}?q=guest3&said=columns_chosen#columns`);
    const $ = load((await olga.get(list)).text);
    expect(
      $('thead th')
        .map((_, one) => $(one).text().trim())
        .get(),
    ).toEqual(['Name', 'State', 'Age', 'Change']);
    expect(
      $('.columns-boxes input[checked]')
        .map((_, one) => $(one).val())
        .get(),
    ).toEqual(['name', 'answer.age']);
    expect((await download('csv')).body.toString().split('\r\n')[0]).toBe('\ufeffName,Age');
    await choose([]);
    expect((await download('csv')).body.toString().split('\r\n')[0]).toContain('Number,Name,E-mail');
  });
});

describe('the list as a workbook', () => {
  it('has every cell as what it is: texts as texts, numbers as numbers', async () => {
    const file = await download('xlsx');
    expect(file.headers['content-type']).toContain('spreadsheetml.sheet');
    const rows = await readSheet(file.body);
    const at = rows[0]!.indexOf('Says');
    expect(rows[0]!.slice(0, 3)).toEqual(['Number', 'Name', 'E-mail']);
    expect(rows.slice(1).map((row) => row[at])).toEqual(naughty.map((one) => one.normalize('NFC')));
    expect(rows[2]!.at(-2)).toBe(-3);
    expect(rows[0]).toContain('=Diet');
  });

  it('is a workbook also of nobody', async () => {
    expect(await readSheet((await download('xlsx?q=zzz&column=email')).body)).toEqual([['E-mail']]);
  });
});

describe('the list as JSON', () => {
  it('has stable keys and the values on file', async () => {
    const rows = JSON.parse((await download('json')).body.toString());
    expect(rows.map((row: { answers: { says: string } }) => row.answers.says)).toEqual(
      naughty.map((one) => one.normalize('NFC')),
    );
    expect(rows[1]).toEqual({
      id: expect.any(Number),
      name: '+49 30 1234',
      email: 'guest1@example.org',
      state: 'confirmed',
      rank: null,
      door: 'organiser',
      listed: false,
      registeredAt: '2026-05-01T12:00:00.000Z',
      confirmedAt: '2026-05-01T12:00:00.000Z',
      cancelledAt: null,
      answers: {
        says: '+49 30 1234',
        diet: 'fish',
        days: ['Friday', 'Saturday'],
        new: true,
        age: -3,
        constructor_2: null,
      },
    });
    expect(rows.at(-1)).toMatchObject({ state: 'waitlisted', rank: 2, confirmedAt: null });
    expect(JSON.parse((await download('json?q=zzz')).body.toString())).toEqual([]);
  });
});

describe('an export', () => {
  it('is refused to whoever does not organise the event', async () => {
    const refused = await exportAttendees(asVisitor(site.base), event.slug, { format: 'csv', t });
    expect(code(refused)).toBe('not_organiser');
    expect(code(await exportAttendees(asSystem(site.base), 'none', { format: 'csv', t }))).toBe(
      'event_unknown',
    );
  });

  it('holds each of many once, over its pages, in a few statements', async () => {
    const large = await makeEvent(site.base, { slug: 'large' });
    await fillEvent(site.base, large, 5003, 1500);
    let ids: number[] = [];
    const statements = await countQueries(site.base.db, async () => {
      const made = must(await exportAttendees(asSystem(site.base), large.slug, { format: 'json', t }));
      let text = '';
      for await (const chunk of made.chunks) text += chunk;
      const rows: { id: number; rank: number | null }[] = JSON.parse(text);
      ids = rows.map((row) => row.id);
      expect(rows.at(-1)!.rank).toBe(1500);
    });
    expect(new Set(ids).size).toBe(5003);
    expect(statements).toBeLessThan(12);
  });

  it('asks for no more when whoever reads it goes away', async () => {
    const large = await makeEvent(site.base, { slug: 'larger' });
    await fillEvent(site.base, large, 40_000);
    const server = createServer(site.app);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const statements = await countQueries(site.base.db, async () => {
      await leaveEarly(server, `/organise/events/${large.slug}/attendees.csv`);
      await sleep(500);
    });
    // 40 pages would be read to its end.
    expect(statements).toBeLessThan(15);
    server.close();
    expect((await download('csv?column=email')).status).toBe(200);
  });
});

/** Reads the beginning of a file and hangs up. */
function leaveEarly(server: Server, path: string): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const headers = { cookie: cookieOf(olga) };
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, headers }, (res) => {
      expect(res.statusCode).toBe(200);
      res.once('data', () => {
        res.destroy();
        resolve();
      });
    })
      .on('error', reject)
      .end();
  });
}

const cookieOf = (agent: Agent): string => {
  const { jar } = agent as unknown as { jar: { getCookies(access: object): { toValueString(): string } } };
  return jar.getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false }).toValueString();
};
