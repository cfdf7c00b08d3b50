/** What we use of fontkit 2, which brings no types: https://github.com/foliojs/fontkit#readme */
declare module 'fontkit' {
  export type Command = { command: 'moveTo' | 'lineTo' | 'quadraticCurveTo' | 'closePath'; args: number[] };
  export type Glyph = { advanceWidth: number; path: { commands: Command[] } };
  export type Font = {
    unitsPerEm: number;
    ascent: number;
    descent: number;
    characterSet: number[];
    getGlyph(id: number): Glyph;
    glyphForCodePoint(codePoint: number): Glyph;
  };
  export function create(file: Uint8Array): Font;
}
