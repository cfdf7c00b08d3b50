/** The tag of TIFF that says which way up a picture is (Exif 2.32, 4.6.4). */
const tag = 0x0112;

/** Which way up a picture is, from 1 (as it is stored) to 8, by a TIFF header and its first directory (some writers put `Exif` before it); 1 when they do not say. */
export function orientationIn(exif: Buffer): number {
  const tiff = exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif;
  const little = tiff.subarray(0, 4).equals(Buffer.from('II*\0', 'latin1'));
  if (!little && !tiff.subarray(0, 4).equals(Buffer.from('MM\0*', 'latin1'))) return 1;
  const short = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  if (tiff.length < 8) return 1;
  const first = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (first + 2 > tiff.length) return 1;
  const last = Math.min(short(first), Math.floor((tiff.length - first - 2) / 12));
  for (let n = 0; n < last; n++) {
    const at = first + 2 + n * 12;
    const turned = short(at + 8);
    if (short(at) === tag) return turned >= 1 && turned <= 8 ? turned : 1;
  }
  return 1;
}

/** A TIFF header with a directory that says which way up, and nothing else. */
export function onlyOrientation(turned: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('MM\0*', 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  // Its type is SHORT, and there is one.
  tiff.writeUInt16BE(tag, 10);
  tiff.writeUInt16BE(3, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(turned, 18);
  return tiff;
}
