import type { Db } from './client.ts';

/**
 * A query that is asked for often: built once for each database, and planned once on each of its connections. `build` is handed the
 * database and gives what runs it; to be used where a query has no part in a transaction.
 */
export function prepared<A extends unknown[], R>(
  build: (db: Db) => (...args: A) => R,
): (db: Db, ...args: A) => R {
  const made = new WeakMap<Db, (...args: A) => R>();
  return (db, ...args) => {
    const known = made.get(db) ?? build(db);
    made.set(db, known);
    return known(...args);
  };
}
