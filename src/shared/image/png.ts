import { crc32 } from 'node:zlib';
import type { Picture } from '../image.ts';
import { onlyOrientation, orientationIn } from './orientation.ts';

/** What is needed to show it, moving pictures too (PNG, third edition, 4.7): texts, times and Exif are not. */
const shown = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP bKGD pHYs acTL fcTL fdAT'.split(' '),
);

/** Chunks up to IEND: four bytes of length, four of type, the body, four of CRC. */
export function readPng(file: Buffer): Omit<Picture, 'type'> | undefined {
  const parts = [file.subarray(0, 8)];
  let size: { width: number; height: number } | undefined;
  let at = 8;
  while (at + 12 <= file.length) {
    const next = at + 12 + file.readUInt32BE(at);
    if (next > file.length) return undefined;
    const type = file.toString('latin1', at + 4, at + 8);
    const body = file.subarray(at + 8, next - 4);
    if (!size) {
      if (type !== 'IHDR' || body.length !== 13) return undefined;
      size = { width: body.readUInt32BE(0), height: body.readUInt32BE(4) };
    }
    const turned = type === 'eXIf' ? orientationIn(body) : 1;
    if (turned !== 1) parts.push(chunk('eXIf', onlyOrientation(turned)));
    if (shown.has(type)) parts.push(file.subarray(at, next));
    if (type === 'IEND') return { ...size, bytes: Buffer.concat(parts) };
    at = next;
  }
  return undefined;
}

function chunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(body.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
