import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { create, type Font, type Glyph } from 'fontkit';
import { trueType } from './true-type.ts';

/** The site's letters for paper: a TrueType file, and what it can write. */
export type PaperFont = { file: Buffer; covers: (codePoint: number) => boolean };

const parts = ['latin', 'latin-ext', 'vietnamese'];
let made: PaperFont | undefined;

/**
 * The site's own font is a web font in three parts, which PDF knows nothing of: their outlines, as they are at the font's
 * heaviest weight, become one TrueType font. Made once, which takes some tenths of a second. Kerning is left behind.
 */
export function paperFont(): PaperFont {
  made ??= merge(parts.map(partOf));
  return made;
}

function partOf(part: string): Font {
  const home = createRequire(import.meta.url).resolve(
    '@fontsource-variable/bricolage-grotesque/package.json',
  );
  return create(
    readFileSync(join(dirname(home), 'files', `bricolage-grotesque-${part}-standard-normal.woff2`)),
  );
}

function merge(fonts: Font[]): PaperFont {
  const glyphs = new Map<number, Glyph>();
  for (const font of fonts)
    for (const point of font.characterSet)
      if (!glyphs.has(point)) glyphs.set(point, font.glyphForCodePoint(point));
  const [first] = fonts;
  const { unitsPerEm, ascent, descent } = first!;
  const file = trueType('BricolageGrotesque-ExtraBold', first!.getGlyph(0), glyphs, {
    unitsPerEm,
    ascent,
    descent,
  });
  return { file, covers: (codePoint) => glyphs.has(codePoint) };
}
