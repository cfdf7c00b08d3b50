import PDFDocument from 'pdfkit';
import { paperFont } from './pdf/font.ts';
import { written } from './pdf/written.ts';

/** A paper of lists under headings: on the left what it is, on the right how many or where. */
export type Paper = { title: string; lead: string[]; foot: string; sections: PaperSection[] };
export type PaperSection = { heading: string; right?: string; rows: [left: string, right: string][] };

/** A card that stands on a table; `below`: what the kitchen and the waiter should know. */
export type PlaceCard = { name: string; table: string; below: string };

type Doc = InstanceType<typeof PDFDocument>;

const page = { width: 595.28, height: 841.89 };
const edge = 50;
const width = page.width - 2 * edge;
const bottom = page.height - edge - 20;
const ink = '#1b1a24';
const soft = '#57524c';

function open(title: string) {
  const font = paperFont();
  const doc = new PDFDocument({ size: 'A4', margin: 0, autoFirstPage: false, info: { Title: title } });
  doc.font(font.file);
  /** What is in letters that paper does not have is written by hand. */
  const say = (text: string) => written(text, font.covers) || (text.trim() ? byHand : '');
  return { doc, say };
}

const byHand = '. . . . . . . . . .';

/** A paper as a PDF of A4 pages. A section stays together where it fits a page. A stream to be piped on. */
export function paper({ title, lead, foot, sections }: Paper): Doc {
  const { doc, say } = open(title);
  let y = 0;
  const turn = () => {
    doc.addPage();
    doc
      .fillColor(soft)
      .fontSize(8)
      .text(say(foot), edge, page.height - edge, { width, height: 12, ellipsis: true });
    y = edge;
  };
  const line = (text: string, size: number, color = ink, indent = 0) => {
    doc.fillColor(color).fontSize(size);
    const wide = width - indent;
    const high = doc.heightOfString(say(text), { width: wide });
    if (y + high > bottom) turn();
    doc
      .fillColor(color)
      .fontSize(size)
      .text(say(text), edge + indent, y, { width: wide });
    y += high + size * 0.3;
  };
  turn();
  line(title, 24);
  for (const text of lead) line(text, 11, soft);
  for (const { heading, right, rows } of sections) {
    const high = 34 + rows.length * 19;
    if (y + Math.min(high, bottom - edge) > bottom) turn();
    y += 10;
    pair(doc, say(heading), say(right ?? ''), y, 15, ink);
    y += 22;
    doc
      .moveTo(edge, y)
      .lineTo(edge + width, y)
      .lineWidth(1)
      .stroke('#857b6a');
    y += 5;
    for (const [left, figure] of rows) {
      doc.fontSize(11);
      const tall = Math.max(17, doc.heightOfString(say(left), { width: width - 90 }) + 4);
      if (y + tall > bottom) turn();
      pair(doc, say(left), say(figure), y, 11, ink);
      y += tall;
    }
  }
  doc.end();
  return doc;
}

function pair(doc: Doc, left: string, right: string, y: number, size: number, color: string) {
  doc.fillColor(color).fontSize(size);
  doc.text(left, edge, y, { width: width - 90 });
  doc.text(right, edge + width - 85, y, { width: 85, align: 'right', lineBreak: false });
}

const across = 2;
const down = 4;
const card = { width: (page.width - 40) / across, height: (page.height - 40) / down };

/** Place cards, eight a page of A4, to be cut along the dashes and folded in the middle: the name stands on both sides. */
export function placeCards(cards: PlaceCard[], title: string): Doc {
  const { doc, say } = open(title);
  cards.forEach((one, n) => {
    const place = n % (across * down);
    if (place === 0) doc.addPage();
    drawCard(
      doc,
      one,
      20 + (place % across) * card.width,
      20 + Math.floor(place / across) * card.height,
      say,
    );
  });
  if (cards.length === 0) doc.addPage();
  doc.end();
  return doc;
}

function drawCard(
  doc: Doc,
  { name, table, below }: PlaceCard,
  x: number,
  y: number,
  say: (text: string) => string,
) {
  doc.rect(x, y, card.width, card.height).dash(3, { space: 3 }).lineWidth(0.5).stroke('#857b6a').undash();
  const middle = y + card.height / 2;
  doc
    .moveTo(x, middle)
    .lineTo(x + 8, middle)
    .moveTo(x + card.width - 8, middle)
    .lineTo(x + card.width, middle);
  doc.lineWidth(0.5).stroke('#857b6a');
  half(doc, say(name), [say(table)], x, middle);
  // The half that falls behind stands on its head, for the waiter.
  doc.save().rotate(180, { origin: [x + card.width / 2, y + card.height / 4] });
  half(doc, say(name), [say(below)], x, y);
  doc.restore();
}

function half(doc: Doc, name: string, lines: string[], x: number, y: number) {
  const wide = card.width - 32;
  const size =
    [26, 22, 18, 15, 12].find((one) => doc.fontSize(one).heightOfString(name, { width: wide }) <= 52) ?? 12;
  doc
    .fillColor(ink)
    .fontSize(size)
    .text(name, x + 16, y + 14, { width: wide, height: 54, align: 'center', ellipsis: true });
  doc
    .fillColor(soft)
    .fontSize(10)
    .text(lines.filter(Boolean).join('\n'), x + 16, y + 72, {
      width: wide,
      height: 26,
      align: 'center',
      ellipsis: true,
    });
}
