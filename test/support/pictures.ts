import { crc32 } from 'node:zlib';

// Six by four pixels each, as Chromium writes them.
const written = (base64: string) => Buffer.from(base64, 'base64');
const jpegFile = written(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAA' +
    'AABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAA' +
    'ABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAA' +
    'AAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAA' +
    'AAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAA' +
    'AABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/2wBDABALDA4M' +
    'ChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8a' +
    'Gi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAEAAYDASIAAhEB' +
    'AxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAXEAEBAQEAAAAAAAAAAAAAAAACAQAR/8QAFQEBAQAAAAAAAAAAAAAAAAAA' +
    'BQb/xAAYEQEBAAMAAAAAAAAAAAAAAAABAgARMf/aAAwDAQACEQMRAD8AggwGEzkmZmNqmnb3LcCTRzP/2Q==',
);
const webpFile = written(
  'UklGRjQCAABXRUJQVlA4WAoAAAAgAAAABQAAAwAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAA' +
    'AABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAA' +
    'ABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAA' +
    'AAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAA' +
    'AAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAA' +
    'AABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADZWUDggRgAAADAC' +
    'AJ0BKgYABAACwEwlsAJ0ugB+AALS20CAAP7xpfr1TsYWJP3jDTkX27Ezx7F1tLn/659ax8v33P6mv/Ssf+lY/coAAAA=',
);
const pngFile = written(
  'iVBORw0KGgoAAAANSUhEUgAAAAYAAAAECAYAAACtBE5DAAAAKklEQVR4AXTLyQkAAAgDwcUS7L/GtODxE9HAvJYYKJogpgqc' +
    'M+G0Xd9HAgAA//9CTPb3AAAABklEQVQDAE8EDZep2fNzAAAAAElFTkSuQmCC',
);

/** What a camera writes of where a picture was taken: a text to search for. */
export const secretPlace = 'GPS 51.5007 -0.1246';

/** A TIFF header with a directory: which way up, and a text that nobody should read. */
function exif(turned: number): Buffer {
  const text = Buffer.from(`${secretPlace}\0`, 'latin1');
  const tiff = Buffer.alloc(38);
  tiff.write('II*\0', 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(2, 8);
  for (const [n, [tag, type, count, value]] of [
    [0x0112, 3, 1, turned],
    [0x010e, 2, text.length, 38],
  ].entries()) {
    tiff.writeUInt16LE(tag!, 10 + n * 12);
    tiff.writeUInt16LE(type!, 12 + n * 12);
    tiff.writeUInt32LE(count!, 14 + n * 12);
    tiff.writeUInt32LE(value!, 18 + n * 12);
  }
  return Buffer.concat([tiff, text]);
}

const segment = (marker: number, body: Buffer): Buffer => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
};
const secretText = Buffer.from(secretPlace);
const withName = (name: string, body: Buffer) => Buffer.concat([Buffer.from(name, 'latin1'), body]);

/** A JPEG as a phone writes it: Exif, XMP, IPTC and a comment before the picture, and a film after it. */
export const jpeg = (turned = 1): Buffer =>
  Buffer.concat([
    jpegFile.subarray(0, 2),
    segment(0xe1, withName('Exif\0\0', exif(turned))),
    segment(0xe1, withName('http://ns.adobe.com/xap/1.0/\0', secretText)),
    segment(0xed, withName('Photoshop 3.0\0', secretText)),
    segment(0xfe, secretText),
    jpegFile.subarray(2),
    secretText,
  ]);

export function pngChunk(type: string, body: Buffer): Buffer {
  const named = withName(type, body);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(body.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}

export const png = (turned = 1): Buffer =>
  Buffer.concat([
    pngFile.subarray(0, 33),
    pngChunk('tEXt', withName('Comment\0', secretText)),
    pngChunk('eXIf', exif(turned)),
    pngFile.subarray(33),
    secretText,
  ]);

/** A PNG whose header says that it is so large; nobody decodes it. */
export function pngOf(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([pngFile.subarray(0, 8), pngChunk('IHDR', head), pngFile.subarray(33)]);
}

export function webp(turned = 1): Buffer {
  const chunk = (type: string, body: Buffer) => {
    const whole = Buffer.alloc(8 + body.length + (body.length % 2));
    whole.write(type, 'latin1');
    whole.writeUInt32LE(body.length, 4);
    body.copy(whole, 8);
    return whole;
  };
  const all = Buffer.concat([webpFile, chunk('EXIF', exif(turned)), chunk('XMP ', secretText)]);
  all.writeUInt32LE(all.length - 8, 4);
  all[20] = all[20]! | 0x0c;
  return all;
}
