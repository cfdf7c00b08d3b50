import type { Db } from '../../src/db/client.ts';

/** Has Postgres say what it says where its disk is full at every row that would be written, in all tables of ours; or not any more. */
export async function fillDisk(db: Db, full: boolean): Promise<void> {
  await db.$client.query(`create or replace function no_room() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`);
  await db.$client.query(`do $$ declare one record; begin
    for one in select oid::regclass name from pg_class where relkind = 'r'
      and (relnamespace = 'public'::regnamespace or oid = 'graphile_worker._private_jobs'::regclass)
    loop
      execute format('drop trigger if exists no_room on %s', one.name);
      if ${full} then
        execute format('create trigger no_room before insert or update or delete on %s for each row execute function no_room()', one.name);
      end if;
    end loop; end $$`);
}
