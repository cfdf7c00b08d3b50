import PDFDocument from 'pdfkit';
import { paperFont } from './pdf/font.ts';
import { drawQr } from './pdf/qr.ts';
import { written } from './pdf/written.ts';

/** What hangs on the door of a room on one day. */
export type DoorSheet = {
  room: string;
  /** Where the room's name is in letters that paper does not have. */
  roomElse: string;
  note: string;
  day: string;
  rows: DoorRow[];
};

/** `shared`: something for everybody; `free`: nothing is there yet. */
export type DoorRow = {
  time: string;
  title: string;
  /** Where the title is in letters that paper does not have. */
  titleElse: string;
  below: string;
  kind: 'session' | 'shared' | 'free';
};

/** What stands on every page; `tape` is a colour such as `#f2b037`. */
export type DoorAbout = {
  title: string;
  event: string;
  url: string;
  scan: string;
  asOf: string;
  goesOn: string;
  tape: string;
};

type Doc = InstanceType<typeof PDFDocument>;

const page = { width: 595.28, height: 841.89 };
const edge = 45;
const width = page.width - 2 * edge;
const bottom = page.height - edge - 16;
const qr = 92;
const time = 118;
const ink = '#1b1a24';
const soft = '#57524c';

/** Door sheets as a PDF of A4 pages: a page a room and day, and more where there is more. A stream to be piped on. */
export function doorSheets(sheets: DoorSheet[], about: DoorAbout): Doc {
  const font = paperFont();
  const say = (text: string, otherwise = '') => written(text, font.covers) || written(otherwise, font.covers);
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    autoFirstPage: false,
    info: { Title: about.title },
  });
  doc.font(font.file);
  for (const sheet of sheets) drawSheet(doc, sheet, about, say);
  doc.end();
  return doc;
}

type Say = (text: string, otherwise?: string) => string;

function drawSheet(doc: Doc, sheet: DoorSheet, about: DoorAbout, say: Say) {
  let y = newPage(doc, sheet, about, say, false);
  for (const row of sheet.rows) {
    const shown = fitted(doc, row, say);
    if (y + shown.height > bottom) y = newPage(doc, sheet, about, say, true);
    drawRow(doc, row, shown, y, say);
    y += shown.height;
  }
}

/** The head and the foot of a page; gives where its rows begin. */
function newPage(doc: Doc, sheet: DoorSheet, about: DoorAbout, say: Say, again: boolean): number {
  doc.addPage();
  const room = width - qr - 24;
  doc.save().rotate(-1, { origin: [edge, 40] });
  doc
    .rect(edge - 6, 30, 150, 20)
    .fill(about.tape)
    .restore();
  doc.fillColor(ink);
  const name = say(sheet.room, sheet.roomElse) + (again ? ` ${say(about.goesOn)}` : '');
  const size = shrunk(doc, name, room, [60, 52, 44, 36, 30, 24, 18, 14], 132);
  doc
    .fontSize(size)
    .text(name, edge, 62, { width: room, lineGap: -size * 0.16, height: 140, ellipsis: true });
  let y = doc.y + 10;
  doc.fontSize(17).text(say(sheet.day), edge, y, { width: room });
  y = doc.y + 2;
  const small = [say(about.event), say(sheet.note)].filter(Boolean).join(' · ');
  doc.fontSize(11).fillColor(soft).text(small, edge, y, { width: room, height: 42, ellipsis: true });
  y = doc.y + 14;
  drawQr(doc, about.url, page.width - edge - qr, 30, qr);
  doc.fontSize(8).text(say(about.scan), page.width - edge - qr, 30 + qr + 4, { width: qr, align: 'center' });
  const foot = `${say(about.asOf)} ${about.url}`;
  doc.fontSize(8).text(foot, edge, page.height - edge - 8, { width, height: 12, ellipsis: true });
  return Math.max(y, 30 + qr + 40);
}

/** The largest of these sizes at which the text is no higher than that; else the last. */
function shrunk(doc: Doc, text: string, wide: number, sizes: number[], high: number): number {
  const fits = (size: number) => doc.fontSize(size).heightOfString(text, { width: wide }) <= high;
  return sizes.find(fits) ?? sizes.at(-1)!;
}

type Fitted = { title: string; size: number; titleHeight: number; height: number };
const sizes = [17, 15, 13, 11, 9];

function fitted(doc: Doc, row: DoorRow, say: Say): Fitted {
  const title = say(row.title, row.titleElse);
  const wide = width - time;
  const size = shrunk(doc, title, wide, sizes, 62);
  const titleHeight = Math.min(doc.fontSize(size).heightOfString(title, { width: wide }), 130);
  const below = say(row.below) ? 15 : 0;
  return { title, size, titleHeight, height: Math.max(30, titleHeight + below) + 12 };
}

function drawRow(doc: Doc, row: DoorRow, { title, size, titleHeight, height }: Fitted, y: number, say: Say) {
  if (row.kind === 'shared') doc.rect(edge - 6, y, width + 12, height).fill('#ece2cd');
  doc.moveTo(edge, y).lineTo(edge + width, y);
  if (row.kind === 'free') doc.dash(3, { space: 3 });
  doc.lineWidth(1).stroke('#857b6a').undash();
  const [x, top] = [edge + time, y + 6];
  doc.fillColor(ink).fontSize(15).text(row.time, edge, top, { width: time, lineBreak: false });
  doc.fillColor(row.kind === 'free' ? soft : ink).fontSize(size);
  doc.text(title, x, top, { width: width - time, height: titleHeight + 2, ellipsis: true });
  const below = say(row.below);
  if (below)
    doc
      .fontSize(10)
      .fillColor(soft)
      .text(below, x, top + titleHeight + 1, {
        width: width - time,
        height: 13,
        ellipsis: true,
      });
}
