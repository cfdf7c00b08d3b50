import type { Picture } from '../image.ts';
import { onlyOrientation, orientationIn } from './orientation.ts';

const exif = 'Exif\0\0';
const start = 0xd8;
const end = 0xd9;
const scan = 0xda;

/** Markers without a length: restarts, and TEM. */
const isBare = (marker: number) => (marker >= 0xd0 && marker <= 0xd7) || marker === 0x01;
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** JFIF, a colour profile and Adobe's transform are needed to show it; other applications' parts and comments are not. */
function isShown(marker: number, body: Buffer): boolean {
  if (marker === 0xe2) return body.toString('latin1', 0, 12) === 'ICC_PROFILE\0';
  if (marker === 0xe0 || marker === 0xee) return true;
  return marker !== 0xfe && (marker < 0xe0 || marker > 0xef);
}

/** ITU-T T.81, annex B: segments up to the end of the image. What comes after that, as of a phone's moving pictures, is left out. */
export function readJpeg(file: Buffer): Omit<Picture, 'type'> | undefined {
  const parts: Buffer[] = [];
  let size = { width: 0, height: 0 };
  let turned = 1;
  let at = 2;
  while (at + 4 <= file.length) {
    if (file[at] !== 0xff) return undefined;
    const marker = file[at + 1]!;
    if (marker === 0xff) at += 1;
    else if (isBare(marker) || marker === start) at += 2;
    else if (marker === end) break;
    else {
      const next = at + 2 + file.readUInt16BE(at + 2);
      if (next > file.length || next < at + 4) return undefined;
      const body = file.subarray(at + 4, next);
      if (isFrame(marker) && body.length >= 5)
        size = { width: body.readUInt16BE(3), height: body.readUInt16BE(1) };
      if (marker === 0xe1 && body.toString('latin1', 0, 6) === exif) turned = orientationIn(body);
      const stop = marker === scan ? endOfScan(file, next) : next;
      if (isShown(marker, body)) parts.push(file.subarray(at, stop));
      at = stop;
    }
  }
  if (parts.length === 0) return undefined;
  const head = [Buffer.from([0xff, start]), ...(turned === 1 ? [] : [orientation(turned)])];
  return { ...size, bytes: Buffer.concat([...head, ...parts, Buffer.from([0xff, end])]) };
}

/** Where the next marker is that is no part of the scan: its data has no 0xff without a 0 or a restart behind it. */
function endOfScan(file: Buffer, from: number): number {
  for (let at = file.indexOf(0xff, from); at >= 0 && at + 1 < file.length; at = file.indexOf(0xff, at + 1)) {
    const marker = file[at + 1]!;
    if (marker !== 0 && marker !== 0xff && !isBare(marker)) return at;
  }
  return file.length;
}

function orientation(turned: number): Buffer {
  const body = Buffer.concat([Buffer.from(exif, 'latin1'), onlyOrientation(turned)]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}
