/** Letters that Unicode does not take apart, as those who have no key for them write them. */
const plain: Record<string, string> = { ẞ: 'SS', ﬀ: 'ff', '‑': '-', '‒': '–', '⁃': '-', '…': '...' };

/**
 * A text in the letters that a font has: accents that it lacks are left out, and so are emoji and signs. When most of
 * its letters are of another script, there is nothing to write.
 */
export function written(text: string, covers: (codePoint: number) => boolean): string {
  const covered = (letters: string) => [...letters].every((one) => covers(one.codePointAt(0)!));
  let [letters, lost] = [0, 0];
  const write = (one: string): string => {
    if (/\s/u.test(one)) return ' ';
    const letter = /[\p{L}\p{N}]/u.test(one);
    if (letter) letters++;
    if (covered(one)) return one;
    const simpler = plain[one] ?? one.normalize('NFKD').replace(/\p{M}/gu, '');
    if (simpler && covered(simpler)) return simpler;
    if (letter) lost++;
    return letter ? '·' : '';
  };
  const line = [...text.normalize('NFC')].map(write).join('').replace(/ +/g, ' ').trim();
  return lost * 2 > letters || !/[\p{L}\p{N}]/u.test(line) ? '' : line;
}
