import { readJpeg } from './image/jpeg.ts';
import { readPng } from './image/png.ts';
import { readWebp } from './image/webp.ts';

/** An image of which only the picture is left: what a camera wrote of where, when and by whom it was taken is not in `bytes`. */
export type Picture = { type: string; width: number; height: number; bytes: Buffer };

const readers: [string, RegExp, (bytes: Buffer) => Omit<Picture, 'type'> | undefined][] = [
  ['image/png', /^\x89PNG\r\n\x1a\n/, readPng],
  ['image/jpeg', /^\xff\xd8\xff/, readJpeg],
  ['image/webp', /^RIFF[\s\S]{4}WEBP/, readWebp],
];

/**
 * Reads a PNG, JPEG or WebP by its parts, none of which is decoded, and leaves out all that is not needed to show it; which way up it
 * is stays. Undefined when it is no image of these, or broken. The first bytes say what a file is; its name does not.
 */
export function readPicture(file: Buffer): Picture | undefined {
  const head = file.subarray(0, 16).toString('latin1');
  const found = readers.find(([, begins]) => begins.test(head));
  if (!found) return undefined;
  const [type, , read] = found;
  const picture = read(file);
  return picture && picture.width > 0 && picture.height > 0 ? { type, ...picture } : undefined;
}
