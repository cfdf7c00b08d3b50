import { inflateSync } from 'node:zlib';
import QRCode from 'qrcode';
import { expect, it } from 'vitest';
import { qrPng } from '../../src/jobs/mail/qr-png.ts';

it('is a picture of the code, eight pixels a module, with light around it', () => {
  const text = `https://events.example.org/t/${'x'.repeat(43)}`;
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const png = qrPng(text);
  const width = png.readUInt32BE(16);
  expect([width, png.readUInt32BE(20), png[24], png[25]]).toEqual([(modules.size + 8) * 8, width, 1, 0]);
  const pixels = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)));
  const dark = (x: number, y: number) =>
    (pixels[y * (1 + width / 8) + 1 + (x >> 3)]! & (0x80 >> (x & 7))) === 0;
  for (let y = 0; y < width; y++)
    for (let x = 0; x < width; x++) {
      const [column, row] = [Math.floor(x / 8) - 4, Math.floor(y / 8) - 4];
      const inside = Math.min(column, row) >= 0 && Math.max(column, row) < modules.size;
      if (dark(x, y) !== (inside && Boolean(modules.get(row, column)))) expect([x, y]).toBe('as in the code');
    }
});
