import { eq, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { settings } from './schema.ts';

/** `secret`: the fingerprint of the secret that links are made with. */
export type Setting = 'secret';

export async function setting(db: Db, name: Setting): Promise<string | undefined> {
  const [row] = await db.select().from(settings).where(eq(settings.name, name));
  return row?.value;
}

/** Writes the value down unless there is one; gives the one that is there then. Of several at once one wins. */
export async function keepSetting(db: Db, name: Setting, value: string): Promise<string> {
  await db.insert(settings).values({ name, value }).onConflictDoNothing();
  return (await setting(db, name))!;
}

export async function changeSetting(db: Db, name: Setting, value: string): Promise<void> {
  await db
    .insert(settings)
    .values({ name, value })
    .onConflictDoUpdate({ target: settings.name, set: { value } });
}

/** Whether anybody is on file: links may lie in mailboxes. */
export async function isUsed(db: Db): Promise<boolean> {
  const found = await db.execute<{ used: boolean }>(sql`select exists (select 1 from people) used`);
  return found.rows[0]!.used;
}
