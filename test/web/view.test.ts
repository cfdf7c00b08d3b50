import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'cheerio';
import QRCode from 'qrcode';
import { describe, expect, it } from 'vitest';
import { cover } from '../../src/web/view/cover.ts';
import { iconNames } from '../../src/web/view/icons.ts';
import { markdownHtml } from '../../src/web/view/markdown.ts';
import { qrSvg } from '../../src/web/view/qr.ts';
import { tapeOf, tapes } from '../../src/web/view/tape.ts';
import { hoursOf, whenView } from '../../src/web/view/when.ts';
import { hasWords } from '../../src/words/words.ts';

const kinds = ['barcamp', 'conference', 'dinner', 'meetup'] as const;

describe('a cover', () => {
  it('is always the same for a slug, and another for another slug, kind or tape', () => {
    const one = { slug: 'dinner-7', kind: 'dinner', tape: 'fern' } as const;
    expect(cover(one)).toBe(cover({ ...one }));
    const others = [
      ...kinds.map((kind) => cover({ ...one, kind })),
      ...tapes.map((tape) => cover({ ...one, tape })),
      ...Array.from({ length: 20 }, (_, n) => cover({ ...one, slug: `dinner-${n + 10}` })),
    ];
    // The one itself is among the kinds and among the tapes.
    expect(new Set(others).size).toBe(others.length - 1);
  });

  it('is a drawing of shapes alone, whatever the slug', () => {
    for (let n = 0; n < 200; n++)
      for (const kind of kinds) {
        const svg = cover({ slug: `slug-${n}`, kind, tape: tapes[n % tapes.length]! });
        expect(svg).not.toMatch(/NaN|undefined|Infinity|<script|style=|href|slug-/);
        expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
        expect(svg.length).toBeLessThan(14_000);
      }
  });
});

describe('a tape', () => {
  it('is the same for a series each time, and all of them are used', () => {
    expect(tapeOf('web-week')).toBe(tapeOf('web-week'));
    expect(new Set(Array.from({ length: 100 }, (_, n) => tapeOf(`series-${n}`))).size).toBe(tapes.length);
  });
});

describe('a QR code', () => {
  const text = `https://events.example.org/t/${'A'.repeat(43)}`;

  it('has each module of the code where it belongs, and four of white around it', () => {
    const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
    const $ = load(qrSvg(text, 'x'), { xmlMode: true });
    const whole = modules.size + 8;
    expect($('svg').attr('viewBox')).toBe(`0 0 ${whole} ${whole}`);
    expect($('path').first().attr()).toEqual({ fill: '#fff', d: `M0 0h${whole}v${whole}H0z` });
    const dark = new Set<string>();
    for (const [, x, y, length] of $('path')
      .last()
      .attr('d')!
      .matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g))
      for (let n = 0; n < Number(length); n++) dark.add(`${Number(x) + n - 4} ${Number(y) - 4}`);
    const expected = [...modules.data].flatMap((one, at) =>
      one ? [`${at % modules.size} ${Math.floor(at / modules.size)}`] : [],
    );
    expect([...dark].sort()).toEqual(expected.sort());
  });

  it('names itself, and its name stays a name', () => {
    const $ = load(qrSvg(text, '"><script>'));
    expect($('svg').attr('aria-label')).toBe('"><script>');
    expect($('script')).toHaveLength(0);
  });
});

describe('Markdown of an organiser', () => {
  it('keeps what is text and drops what runs, loads or leads astray', () => {
    const $ = load(
      markdownHtml(
        '# Big\n\n<script>x</script> **bold** [bad](javascript:x) [good](https://a.example) ![seen](https://b.example/i.png) ![](data:x)\n\n<b onclick=x>',
      ),
    );
    expect($('script, img, iframe, b, [onclick], [href^="javascript"], [href^="data"]')).toHaveLength(0);
    expect($('h3').text()).toBe('Big');
    expect($('strong').text()).toBe('bold');
    expect($('p').first().text()).toContain('<script>x</script>');
    const links = $('a')
      .toArray()
      .map((one) => [$(one).attr('href'), $(one).text(), $(one).attr('rel')]);
    expect(links.slice(0, 2)).toEqual([
      ['https://a.example', 'good', 'nofollow noopener ugc'],
      ['https://b.example/i.png', 'seen', 'nofollow noopener ugc'],
    ]);
  });
});

describe('when', () => {
  const at = (text: string) => new Date(text);
  const now = at('2026-05-20T12:00:00Z');

  it('is a day and its hours, with the zone named', () => {
    const event = {
      startsAt: at('2026-05-30T18:00Z'),
      endsAt: at('2026-05-30T21:00Z'),
      zone: 'Europe/London',
    };
    expect(whenView(event, now)).toMatchObject({
      day: 'Saturday 30 May 2026',
      hours: '19:00–22:00 (London)',
      relative: 'in 10 days',
      starts: '2026-05-30T18:00:00.000Z',
    });
    expect(hoursOf(event)).toBe('19:00–22:00 (London)');
  });

  it('names both days when the clock passes midnight there', () => {
    const event = {
      startsAt: at('2026-05-30T18:00Z'),
      endsAt: at('2026-05-30T21:00Z'),
      zone: 'Asia/Kathmandu',
    };
    expect(whenView(event, now)).toMatchObject({
      day: 'Saturday 30 May 2026, 23:45',
      hours: 'until Sunday 31 May 2026, 02:45 (Kathmandu)',
    });
    expect(hoursOf(event).replaceAll('\u00a0', ' ')).toBe(
      'Sat 30 May, 23:45 – Sun 31 May, 02:45 (Kathmandu)',
    );
  });
});

describe('the templates', () => {
  const root = join(import.meta.dirname, '../../views');
  const texts = readdirSync(root, { recursive: true, encoding: 'utf8' })
    // Mails are for programs that read no style sheets: they have rules of their own.
    .filter((name) => name.endsWith('.ejs') && !name.startsWith('mail/'))
    .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));
  const used = (pattern: RegExp) =>
    texts.flatMap(({ text }) => [...text.matchAll(pattern)].map((found) => found[1]!));

  it('ask for icons and words that there are', () => {
    expect(used(/icon\('([\w-]+)'/g).filter((name) => !iconNames.includes(name as never))).toEqual([]);
    const missing = used(/\bt\('([\w:.]+)'/g).filter((key) => !hasWords(key) && !hasWords(`${key}_other`));
    expect(missing).toEqual([]);
  });

  it('escape everything but includes, icons, and the few things that were made safe before', () => {
    const raw = [...new Set(used(/<%- (?!include\(|icon\()\s*(\S+) %>/g))];
    expect(raw.sort()).toEqual(['body', 'card.qr', 'frame.jsonLd', 'page.about', 'page.open.qr', 'page.qr']);
  });

  it('have no style and no script of their own, which the policy would refuse', () => {
    for (const { name, text } of texts) {
      expect([name, / style="|<style|\son\w+="/.test(text)]).toEqual([name, false]);
      expect([name, /<script(?! type="(module|application\/ld\+json)")/.test(text)]).toEqual([name, false]);
    }
  });
});
