import type { Picture } from '../image.ts';
import { onlyOrientation, orientationIn } from './orientation.ts';

const shown = new Set(['VP8 ', 'VP8L', 'VP8X', 'ANIM', 'ANMF', 'ALPH', 'ICCP']);
const pictures = new Set(['VP8 ', 'VP8L', 'ANMF']);
const exifFlag = 0x08;
const xmpFlag = 0x04;

type Chunk = { type: string; body: Buffer };

/** RFC 9649: chunks of four bytes of type, four of length, and the body, which is filled up to an even length. */
export function readWebp(file: Buffer): Omit<Picture, 'type'> | undefined {
  const end = file.readUInt32LE(4) + 8;
  const chunks = end <= file.length ? chunksOf(file.subarray(12, end)) : undefined;
  const kept = chunks?.filter(({ type }) => shown.has(type)) ?? [];
  if (!chunks || !kept.some(({ type }) => pictures.has(type))) return undefined;
  const sizes = kept.flatMap((one) => sizeOf(one) ?? []);
  const exif = chunks.find(({ type }) => type === 'EXIF');
  const turned = exif ? orientationIn(exif.body) : 1;
  const extended = kept[0]?.type === 'VP8X';
  const last = turned !== 1 && extended ? [{ type: 'EXIF', body: onlyOrientation(turned) }] : [];
  const flagged = kept.map((one) => (one.type === 'VP8X' ? withFlags(one, last.length > 0) : one));
  return {
    width: Math.max(0, ...sizes.map((one) => one.width)),
    height: Math.max(0, ...sizes.map((one) => one.height)),
    bytes: written([...flagged, ...last]),
  };
}

function chunksOf(riff: Buffer): Chunk[] | undefined {
  const chunks: Chunk[] = [];
  let at = 0;
  while (at + 8 <= riff.length) {
    const length = riff.readUInt32LE(at + 4);
    if (at + 8 + length > riff.length) return undefined;
    chunks.push({ type: riff.toString('latin1', at, at + 4), body: riff.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length % 2);
  }
  return chunks;
}

function sizeOf({ type, body }: Chunk): { width: number; height: number } | undefined {
  if (body.length < 10) return undefined;
  if (type === 'VP8X') return { width: body.readUIntLE(4, 3) + 1, height: body.readUIntLE(7, 3) + 1 };
  if (type === 'VP8 ') return { width: body.readUInt16LE(6) & 0x3fff, height: body.readUInt16LE(8) & 0x3fff };
  if (type !== 'VP8L') return undefined;
  const bits = body.readUInt32LE(1);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

function withFlags({ type, body }: Chunk, exif: boolean): Chunk {
  const flags = (body[0]! & ~(exifFlag | xmpFlag)) | (exif ? exifFlag : 0);
  return { type, body: Buffer.concat([Buffer.from([flags]), body.subarray(1)]) };
}

function written(chunks: Chunk[]): Buffer {
  const parts = chunks.map(({ type, body }) => {
    const whole = Buffer.alloc(8 + body.length + (body.length % 2));
    whole.write(type, 'latin1');
    whole.writeUInt32LE(body.length, 4);
    body.copy(whole, 8);
    return whole;
  });
  const all = Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBP', 'latin1'), ...parts]);
  all.writeUInt32LE(all.length - 8, 4);
  return all;
}
