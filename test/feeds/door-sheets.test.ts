import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { type DoorRow, type DoorSheet, doorSheets } from '../../src/feeds/door-sheets.ts';
import { paperFont } from '../../src/feeds/pdf/font.ts';
import { written } from '../../src/feeds/pdf/written.ts';
import { pdfPages } from '../support/pdf.ts';

const about = {
  title: 'Door sheets of BarCamp',
  event: 'BarCamp',
  url: 'https://example.org/events/barcamp/schedule',
  scan: 'Scan for the schedule',
  asOf: 'As of Sat 30 May, 08:00 (London).',
  goesOn: '(continued)',
  tape: '#f2b037',
};
const row = (title: string, more: Partial<DoorRow> = {}): DoorRow => ({
  time: '10:00–10:30',
  title,
  titleElse: 'Session 7',
  below: 'Ann · Session 7',
  kind: 'session',
  ...more,
});
const sheet = (rows: DoorRow[], more: Partial<DoorSheet> = {}): DoorSheet => ({
  room: 'Red',
  roomElse: 'Room 1',
  note: '20 people',
  day: 'Saturday 30 May 2026',
  rows,
  ...more,
});
const made = async (...sheets: DoorSheet[]) => pdfPages(await buffer(doorSheets(sheets, about)));
const joined = (lines: string[]) => lines.join(' ').replace(/\s+/g, ' ');

describe('door sheets', () => {
  it('have a page a room and day, with its sessions and the way to the schedule', async () => {
    const rows = [
      row('Welcome', { time: '09:30–10:00', kind: 'shared', below: '' }),
      row('Feeds are not dead'),
      row('Free: put something here', { kind: 'free', below: '' }),
    ];
    const pages = await made(sheet(rows), sheet([row('Gardens')], { room: 'Blue' }));
    expect(pages).toHaveLength(2);
    const [red, blue] = pages.map(joined);
    for (const text of [
      'Red Saturday 30 May 2026 BarCamp · 20 people',
      '09:30–10:00 Welcome',
      '10:00–10:30 Feeds are not dead Ann · Session 7',
      'Free: put something here',
      'As of Sat 30 May, 08:00 (London). https://example.org/events/barcamp/schedule',
    ])
      expect(red).toContain(text);
    expect(blue).toContain('Blue Saturday');
    expect(blue).toContain('Gardens');
    expect(blue).not.toContain('Feeds');
  });

  it('are a PDF of A4 pages that names itself', async () => {
    const pdf = (await buffer(doorSheets([sheet([row('One')])], about))).toString('latin1');
    expect(pdf.startsWith('%PDF-1.3')).toBe(true);
    expect(pdf.trimEnd().endsWith('%%EOF')).toBe(true);
    expect(pdf).toContain('/MediaBox [0 0 595.28 841.89]');
    expect(pdf).toContain('(Door sheets of BarCamp)');
    expect(pdf).toContain('BricolageGrotesque-ExtraBold');
  });

  it('hold a day of twelve on one page; what is more goes on on the next', async () => {
    const rows = (count: number) => Array.from({ length: count }, (_, n) => row(`Session number ${n}`));
    expect(await made(sheet(rows(12)))).toHaveLength(1);
    const [first, second, ...none] = await made(sheet(rows(20)));
    expect(none).toEqual([]);
    expect(joined(second!)).toContain('Red (continued) Saturday 30 May 2026');
    const all = joined([...first!, ...second!]);
    for (const { title } of rows(20)) expect(all.split(title).length).toBeGreaterThan(1);
  });

  it('wrap and shrink titles and names of any length, with spaces or without', async () => {
    const long = Array.from({ length: 50 }, (_, n) => `word${n}`).join(' ');
    const pages = await made(
      sheet([row(long), row('x'.repeat(300)), row('W'.repeat(300))], {
        room: 'The large hall behind the second courtyard, first floor, on the left after the stairs',
        note: 'projector, '.repeat(40),
      }),
      sheet([row('One', { below: 'Somebody with a name, '.repeat(20) })], { room: 'W'.repeat(80) }),
    );
    expect(pages).toHaveLength(2);
    const text = joined(pages[0]!);
    expect(text).toContain('word0 word1');
    expect(text).toContain('word49');
    expect(text.replaceAll(' ', '')).toContain('x'.repeat(300));
    expect(joined(pages[1]!)).toContain('One');
  });

  it('write what they have letters for, and name the session by its number otherwise', async () => {
    const [page] = await made(
      sheet(
        [
          row('Łódź, Đà Nẵng, Ñandú & Þór'),
          row('🎉 Party 👩‍👩‍👧‍👦 time'),
          row('日本語のタイトル'),
          row('Привет, мир'),
          row('مرحبا بالعالم', { below: 'Ποιος · Session 9' }),
          row('\u202e\u0000\ufeff'),
          row(']]> %PDF (unbalanced \\ ) <</Type /Page>>'),
        ],
        { room: 'Зал', day: 'Saturday 30 May 2026' },
      ),
    );
    const text = joined(page!);
    for (const line of [
      'Room 1 Saturday',
      'Łódź, Đà Nẵng, Ñandú & Þór',
      'Party time',
      ']]> %PDF (unbalanced \\ ) <</Type /Page>>',
    ])
      expect(text).toContain(line);
    expect(page!.filter((line) => line === 'Session 7')).toHaveLength(4);
  });

  it('of a hundred rooms are made in a moment', async () => {
    const rows = Array.from({ length: 12 }, (_, n) => row(`Session number ${n}`));
    const sheets = Array.from({ length: 100 }, (_, n) => sheet(rows, { room: `Room ${n}` }));
    expect(await made(...sheets)).toHaveLength(100);
  });
});

describe('a text for paper', () => {
  const { covers } = paperFont();
  it('has accents, and loses what the font lacks', () => {
    const read = (text: string) => written(text, covers);
    expect(read('Crème brûlée “ß” – ½ €')).toBe('Crème brûlée “ß” – ½ €');
    expect(read('cafe\u0301')).toBe('café');
    expect(read('ﬁle Ｗｉｄｅ')).toBe('file Wide');
    expect(read(' a \n\t b ')).toBe('a b');
    expect(read('C++ & Ω-loops')).toBe('C++ & ·-loops');
    expect(read('Ω')).toBe('');
    expect(read('💥')).toBe('');
    expect(read('')).toBe('');
  });
});
