/** A party that is to be seated. `kept`: by position, where an organiser has put somebody. `likes`: parties that it named. */
export type Seated = { id: number; size: number; kept: Map<number, number>; likes: Set<number> };

/** Parties that named each other, together as long as one table could hold them; the largest first. */
export function groups(parties: Seated[], most: number): Seated[][] {
  const group = new Map(parties.map((one) => [one.id, [one]]));
  for (const one of parties)
    for (const other of parties) {
      const [mine, theirs] = [group.get(one.id)!, group.get(other.id)!];
      if (mine === theirs || !one.likes.has(other.id) || !other.likes.has(one.id)) continue;
      if (sum([...mine, ...theirs]) > most) continue;
      const both = [...mine, ...theirs];
      for (const each of both) group.set(each.id, both);
    }
  return [...new Set(group.values())].sort((a, b) => sum(b) - sum(a) || a[0]!.id - b[0]!.id);
}

const sum = (parties: Seated[]): number => parties.reduce((total, one) => total + one.size, 0);
