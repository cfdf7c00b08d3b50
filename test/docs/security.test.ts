import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const file = path.join(root, 'docs/security.md');
const text = readFileSync(file, 'utf8');

/** How many requirements of levels 1 and 2 the chapters V1 to V17 of ASVS 5.0.0 have. */
const asvs = [27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7];
const verdicts = ['met', 'partly', 'not met', 'does not apply'] as const;

const chapters = text.split(/^### V(?=\d+ )/m).slice(1);
const line = /^- v5\.0\.0-([\d., ]+) \*\*(met|partly|not met|does not apply)\*\*: \S/;

/** The requirements of a chapter, each with its verdict. */
const requirements = (chapter: string) =>
  chapter.split('\n').flatMap((one) => {
    const [, ids, verdict] = line.exec(one) ?? [];
    return ids ? ids.split(', ').map((id) => ({ id, verdict })) : [];
  });

/** The table of counts, as the lines below it have them. */
function counted(): string {
  const rows = chapters.map((chapter) => {
    const found = requirements(chapter);
    const each = verdicts.map((verdict) => found.filter((one) => one.verdict === verdict).length);
    return { name: `V${chapter.split('\n')[0]}`, numbers: [...each, found.length] };
  });
  const sums = [0, 1, 2, 3, 4].map((at) => rows.reduce((sum, { numbers }) => sum + numbers[at]!, 0));
  const cells = [...rows, { name: '**all**', numbers: sums }].map(
    ({ name, numbers }) => `| ${name} | ${numbers.join(' | ')} |`,
  );
  return [`| chapter | ${verdicts.join(' | ')} | of |`, '|---|---|---|---|---|---|', ...cells].join('\n');
}

describe('docs/security.md', () => {
  it('names no file that is not there', () => {
    const named = [
      ...text.matchAll(/`((?:src|test|bot|docs|deploy|public|views|chaos)\/[\w./-]+|package-lock\.json)`/g),
    ].map(([, name]) => name!);
    const linked = [...text.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, name]) => `docs/${name}`);
    expect(named.length).toBeGreaterThan(100);
    expect([...named, ...linked].filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
  });

  it('names a test for each threat', () => {
    const threats = text.split('\n## ').find((part) => part.startsWith('Threats'))!;
    const rows = threats
      .split('\n')
      .filter((one) => one.startsWith('| ') && !one.startsWith('| threat') && !one.startsWith('|---'));
    expect(rows.length).toBeGreaterThan(40);
    expect(rows.filter((one) => !/ \| [^|]*`test\/[\w./-]+\.test\.ts`[^|]* \|$/.test(one))).toEqual([]);
  });

  it('links within itself to headings that it has', () => {
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...text.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor]) => anchor!);
    expect(links.filter((anchor) => !headings.includes(anchor))).toEqual([]);
  });

  it('has every requirement of levels 1 and 2 once, below its chapter', () => {
    expect(chapters.map((chapter) => requirements(chapter).length)).toEqual(asvs);
    const ids = chapters.flatMap((chapter, at) =>
      requirements(chapter).map(({ id }) => ({ id, fits: id.startsWith(`${at + 1}.`) })),
    );
    expect(ids.filter(({ fits }) => !fits)).toEqual([]);
    expect(new Set(ids.map(({ id }) => id)).size).toBe(253);
    const others = text.split('\n').filter((one) => one.startsWith('- v5') && !line.test(one));
    expect(others).toEqual([]);
  });

  it('counts as its lines do', () => {
    const part = /<!-- counts -->\n([\s\S]*?)<!-- \/counts -->/;
    const wanted = `<!-- counts -->\n\n${counted()}\n\n<!-- /counts -->`;
    if (process.env.UPDATE_DOCS) writeFileSync(file, text.replace(part, wanted));
    else expect(part.exec(text)?.[0], 'UPDATE_DOCS=1 npm test -- test/docs writes it').toBe(wanted);
  });
});
