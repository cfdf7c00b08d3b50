import fc from 'fast-check';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPicture } from '../../src/shared/image.ts';
import { describeWith, programPath } from '../support/needs.ts';
import { jpeg, png, pngOf, secretPlace, webp } from '../support/pictures.ts';

const kinds = { 'image/jpeg': jpeg, 'image/png': png, 'image/webp': webp };

describe('a picture', () => {
  it.each(Object.entries(kinds))('%s loses what a camera wrote into it, and no pixel', (type, make) => {
    const file = make();
    expect(file.includes(secretPlace)).toBe(true);
    const read = readPicture(file)!;
    expect(read).toMatchObject({ type, width: 6, height: 4 });
    expect(read.bytes.includes(secretPlace)).toBe(false);
    for (const word of ['Exif', 'eXIf', 'EXIF', 'tEXt', 'XMP', 'Photoshop'])
      expect(read.bytes.includes(word)).toBe(false);
    // Nothing is left to take away.
    expect(readPicture(read.bytes)).toEqual(read);
  });

  it('has its size from the header, however small the file is', () => {
    expect(readPicture(pngOf(60_000, 50_000))).toMatchObject({ width: 60_000, height: 50_000 });
  });

  it('is none when it is cut, of no size, or something else; whatever comes is read at once', () => {
    for (const make of Object.values(kinds)) expect(readPicture(make().subarray(0, 30))).toBeUndefined();
    expect(readPicture(pngOf(0, 4))).toBeUndefined();
    expect(readPicture(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBeUndefined();
    const files = fc.constantFrom(jpeg(6), png(6), webp(6));
    const changed = fc.tuple(
      files,
      fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 8 }),
      fc.nat(2000),
    );
    fc.assert(
      fc.property(changed, ([file, changes, length]) => {
        const bytes = Buffer.from(file.subarray(0, length));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        readPicture(bytes);
      }),
      { numRuns: 2000 },
    );
  });
});

describeWith('chromium', 'a picture in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: programPath('chromium'), args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  it.each(Object.entries(kinds))('%s is as it was, and the same way up', async (type, make) => {
    const page = await browser.newPage();
    const seen = (bytes: Buffer): Promise<string> =>
      page.evaluate(`(async () => {
        const image = new Image();
        image.src = 'data:${type};base64,${bytes.toString('base64')}';
        await image.decode();
        const canvas = document.createElement('canvas');
        canvas.width = image.naturalWidth;
        canvas.height = image.naturalHeight;
        canvas.getContext('2d').drawImage(image, 0, 0);
        return canvas.width + 'x' + canvas.height + ' ' + canvas.toDataURL();
      })()`);
    for (const turned of [1, 3, 6, 8]) {
      const before = await seen(make(turned));
      expect(await seen(readPicture(make(turned))!.bytes)).toBe(before);
      if (type === 'image/jpeg') expect(before.startsWith(turned > 4 ? '4x6' : '6x4')).toBe(true);
    }
    await page.close();
  });
});
