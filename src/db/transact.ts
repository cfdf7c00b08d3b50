import type { Refusal, Result } from '../shared/result.ts';
import type { Db, Run } from './client.ts';

/**
 * Runs the work in one transaction. A refusal rolls back what was written before it (returning it from Drizzle's own
 * `transaction` would commit), and is still given back as a value.
 */
export async function transact<T>(db: Db, work: (tx: Run) => Promise<Result<T>>): Promise<Result<T>> {
  try {
    const value = await db.transaction(async (tx) => {
      const result = await work(tx as unknown as Run);
      if (!result.ok) throw new Refused(result.refusal);
      return result.value;
    });
    return { ok: true, value };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}
