import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

// Who may import whom: docs/architecture.md says why.

const root = path.join(import.meta.dirname, '..');
const files = ['src', 'bot'].flatMap((folder) => listed(folder)).filter((file) => file.endsWith('.ts'));
const imports = new Map(files.map((file) => [file, importsOf(file)]));

type Import = { to: string; typeOnly: boolean };

function listed(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true }).map((file) =>
    path.join(folder, String(file)),
  );
}

/** The files and packages that a file imports; ours as paths from the root. */
function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const found = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?'([^']+)';/gm);
  const lazy = [...text.matchAll(/\bimport\('([^']+)'\)/g)].map((one) => ({ to: one[1]!, typeOnly: false }));
  return [
    ...[...found].map((one) => ({
      to: one[2]!,
      typeOnly: Boolean(one[1]) || /^\S+\s+\{(\s*type [^,}]+,?)+\s*\}/.test(one[0]),
    })),
    ...lazy,
  ].map((one) => ({
    ...one,
    to: one.to.startsWith('.') ? path.join(path.dirname(file), one.to) : one.to,
  }));
}

/** Imports from files that `from` names to what `allowed` does not, as `file -> imported`. */
function broken(from: RegExp, allowed: (to: string, file: string, typeOnly: boolean) => boolean): string[] {
  return files
    .filter((file) => from.test(file))
    .flatMap((file) =>
      imports
        .get(file)!
        .filter(({ to, typeOnly }) => !allowed(to, file, typeOnly))
        .map(({ to }) => `${file} -> ${to}`),
    );
}

const isOurs = (to: string) => /^(src|bot|test|bench)\//.test(to);
const below = (...folders: string[]) => {
  const pattern = new RegExp(`^(${folders.join('|')})(/|\\.ts$)`);
  return (to: string) => !isOurs(to) || pattern.test(to);
};
const speaksSql = (to: string) =>
  /^(drizzle-orm|pg|pg-copy-streams|pg-cursor)(\/|$)/.test(to) || /^src\/db\/schema(\.ts|\/)/.test(to);

describe('who may import whom', () => {
  it('reads the files that there are', () => {
    expect(files.length).toBeGreaterThan(80);
    expect([...imports.values()].flat().length).toBeGreaterThan(300);
  });

  it('shared imports nothing of ours', () => {
    expect(broken(/^src\/shared\//, below('src/shared'))).toEqual([]);
  });

  it('db imports shared', () => {
    expect(broken(/^src\/db\//, below('src/db', 'src/shared'))).toEqual([]);
  });

  it('rules and feeds are pure: shared, each other, and types', () => {
    const isPure =
      /^src\/(feeds\/|services\/(\w+\/rules|registrations\/(settle|turns|moves|ending|line|offers|proof|reasons|links)|dinners\/(sheet|near|seating|groups))\.ts$)/;
    const pure = (to: string, _file: string, typeOnly: boolean) =>
      typeOnly || below('src/shared')(to) || isPure.test(to);
    expect(broken(isPure, pure)).toEqual([]);
    expect(broken(isPure, (to, _file, typeOnly) => typeOnly || !speaksSql(to))).toEqual([]);
  });

  it("a slice imports another's queries and rules, never its commands", () => {
    const slice = (file: string) => /^src\/services\/(\w+)\//.exec(file)?.[1];
    const allowed = (to: string, file: string, typeOnly: boolean) =>
      typeOnly ||
      below(
        'src/context',
        'src/happenings',
        'src/db',
        'src/shared',
        'src/words',
        'src/jobs/enqueue',
        'src/jobs/planned',
        'src/services/limits',
        'src/feeds',
      )(to) ||
      slice(to) === slice(file) ||
      /^src\/services\/\w+\/(queries|rules)\.ts$/.test(to);
    expect(broken(/^src\/services\//, allowed)).toEqual([]);
  });

  it('the doors know no SQL and not each other', () => {
    expect(broken(/^src\/web\//, (to) => !speaksSql(to) && !/^(bot|src\/api)\//.test(to))).toEqual([]);
    expect(broken(/^bot\//, (to) => !/^src\/(web|api|app|main|cli)/.test(to))).toEqual([]);
    expect(broken(/^bot\/(dialogues|transports)\//, (to) => !speaksSql(to))).toEqual([]);
  });

  it('the engine is pure: dialogue types and shared', () => {
    expect(broken(/^bot\/engine/, below('bot/dialogue', 'bot/engine', 'src/shared'))).toEqual([]);
  });

  it('only main (with what it starts), app and cli look both ways', () => {
    const both = files.filter((file) => {
      const to = imports.get(file)!.map((one) => one.to);
      return to.some((one) => one.startsWith('bot/')) && to.some((one) => one.startsWith('src/web/'));
    });
    expect(both.filter((file) => !/^src\/(main\.ts|app\.ts|cli\.ts|start\/)/.test(file))).toEqual([]);
  });

  it('there are no circles', () => {
    expect(files.flatMap((file) => circle(file))).toEqual([]);
  });

  it('the environment is read by the configuration alone', () => {
    const readers = files.filter((file) =>
      readFileSync(path.join(root, file), 'utf8').includes('process.env'),
    );
    expect(readers).toEqual(['src/config.ts']);
  });

  it('no text is cut by a number of units: `cut` of src/shared/text.ts cuts between characters', () => {
    const text =
      /(trim\(\)|Case\(\)|join\([^)]*\)|clean\([^)]*\)|getText\(\)|\?\? ''\)|as string\)|\bString\([^)]*\)|\b(text|typed|line|title|name|word|first|label|value|user|nick|said|say|body|summary|message|query|search|answer)\)?)\s*\??\.(slice\(0, (\d+|[\w.]*(most|limit|longest)[\w.]*)\)|substring\(|substr\()/i;
    expect(files.filter((file) => text.test(readFileSync(path.join(root, file), 'utf8')))).toEqual([]);
  });

  it('what Postgres gets as JSON is made whole', () => {
    const raw = files.filter((file) => {
      const source = readFileSync(path.join(root, file), 'utf8');
      return /::jsonb?\b/.test(source) && /\bJSON\.stringify\(/.test(source);
    });
    expect(raw).toEqual([]);
    const columns = files.filter((file) =>
      /import \{[^}]*\bjsonb?\b[^}]*\} from 'drizzle-orm\/pg-core'/.test(
        readFileSync(path.join(root, file), 'utf8'),
      ),
    );
    expect(columns).toEqual([]);
  });

  it('no sentence is thrown at people: words are from the catalogue', () => {
    const inlined = files.filter(
      (file) =>
        /^(src\/web|bot\/dialogues)\//.test(file) &&
        /text: '[A-Z][^']* [^']*'/.test(readFileSync(path.join(root, file), 'utf8')),
    );
    expect(inlined).toEqual([]);
  });
});

/** The way back to a file through what it imports, without types, if there is one. */
function circle(file: string): string[] {
  const seen = new Set<string>();
  const walk = (at: string, way: string[]): string[] => {
    for (const { to, typeOnly } of imports.get(at) ?? []) {
      if (typeOnly) continue;
      if (to === file) return [[...way, to].join(' -> ')];
      if (seen.has(to)) continue;
      seen.add(to);
      const found = walk(to, [...way, to]);
      if (found.length > 0) return found;
    }
    return [];
  };
  return walk(file, [file]);
}
