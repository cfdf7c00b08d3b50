import { unmarked } from '../../shared/text.ts';

/** A party as far as its wishes go: who belongs to it by name, and what they wrote of whom to sit near. */
export type Wishing = { id: number; names: string[]; near: string };

/** Names without case, marks and extra spaces: as people would take two of them for the same. */
const plain = (name: string): string =>
  unmarked(name)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** What was written of whom to sit near, name by name. */
const split = (near: string): string[] =>
  near
    .replaceAll('\n', ',')
    .replace(/\s+/g, ' ')
    .split(/[,;&]| (?:and|und|et) /i)
    .map((name) => name.trim())
    .filter(Boolean);

/** The parties that a name may mean: by its whole, or by its first name. */
function named(parties: Omit<Wishing, 'near'>[]): Map<string, Set<number>> {
  const byName = new Map<string, Set<number>>();
  for (const { id, names } of parties)
    for (const name of names.map(plain).filter(Boolean))
      for (const key of new Set([name, name.split(' ')[0]!]))
        byName.set(key, (byName.get(key) ?? new Set<number>()).add(id));
  return byName;
}

/**
 * Which parties named which: by a full name, or by a first name that only one party has. A name that could be two parties, or
 * nobody, is no wish that can be met. By party: those that it named, itself left out.
 */
export function wishes(parties: Wishing[]): Map<number, Set<number>> {
  const byName = named(parties);
  return new Map(
    parties.map(({ id, near }) => {
      const found = split(near).flatMap((name) => {
        const ids = byName.get(plain(name));
        return ids?.size === 1 ? [...ids] : [];
      });
      return [id, new Set(found.filter((one) => one !== id))];
    }),
  );
}

/** The wishes that change when these parties are to be named by nobody any more. A name that others have too stays: it may be theirs. */
export function withoutWishes(parties: Wishing[], gone: Set<number>): { id: number; near: string }[] {
  const byName = named(parties);
  const isGone = (name: string) => {
    const ids = [...(byName.get(plain(name)) ?? [])];
    return ids.length > 0 && ids.every((id) => gone.has(id));
  };
  return parties
    .filter(({ id, near }) => !gone.has(id) && split(near).some(isGone))
    .map(({ id, near }) => ({
      id,
      near: split(near)
        .filter((name) => !isGone(name))
        .join(', '),
    }));
}
