import { inflateSync } from 'node:zlib';

/** The texts of each page of a PDF that pdfkit made with one embedded font, a line each, in the order they were drawn. */
export function pdfPages(pdf: Buffer): string[][] {
  const objects = objectsOf(pdf);
  const letters = lettersOf([...objects.values()]);
  const kids = /\/Kids \[([^\]]*)\]/.exec([...objects.values()].map((one) => one.head).join('\n'))![1]!;
  return [...kids.matchAll(/(\d+) 0 R/g)].map(([, page]) => {
    const content = /\/Contents (\d+) 0 R/.exec(objects.get(page!)!.head)![1]!;
    const lines = [...objects.get(content)!.stream.matchAll(/\[([^\]]*)\] TJ/g)];
    return lines.map(([, line]) =>
      [...line!.matchAll(/<([0-9a-f]+)>/g)]
        .flatMap(([, codes]) => codes!.match(/.{4}/g)!)
        .map((code) => letters[Number.parseInt(code, 16)])
        .join(''),
    );
  });
}

type Part = { head: string; stream: string };

function objectsOf(pdf: Buffer): Map<string, Part> {
  const text = pdf.toString('latin1');
  return new Map(
    [...text.matchAll(/(\d+) 0 obj\n(.*?)\nendobj/gs)].map(([, id, body]) => {
      const at = body!.indexOf('stream\n');
      const head = at < 0 ? body! : body!.slice(0, at);
      const data = at < 0 ? '' : body!.slice(at + 7, body!.lastIndexOf('\nendstream'));
      return [id!, { head, stream: head.includes('FlateDecode') ? inflated(data) : data }];
    }),
  );
}

const inflated = (data: string): string => inflateSync(Buffer.from(data, 'latin1')).toString('latin1');

/** What the font's glyphs stand for, by their codes. */
function lettersOf(objects: Part[]): string[] {
  const map = objects.find((one) => one.stream.includes('beginbfrange'))!.stream;
  return [...map.matchAll(/\[(.*?)\]/g)].flatMap(([, list]) =>
    [...list!.matchAll(/<([^>]*)>/g)].map(([, units]) =>
      String.fromCharCode(...units!.split(' ').map((unit) => Number.parseInt(unit, 16))),
    ),
  );
}
