ALTER TABLE "events" ADD COLUMN "grid_told" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "feed_key" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
ALTER TABLE "people" ADD CONSTRAINT "people_feedKey_unique" UNIQUE("feed_key");--> statement-breakpoint
create function tell_grid_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('grid_changed', coalesce(new.event_id, old.event_id)::text);
  return null;
end $$;
--> statement-breakpoint
-- Not for a star: a popular session would wake every open grid.
create trigger tell_grid_changed
  after insert or delete or update of title, abstract, kind, level, language, minutes, features, tags, links, withdrawn_at
  on sessions
  for each row execute function tell_grid_changed();
--> statement-breakpoint
create trigger tell_grid_changed after insert or update or delete on placements
  for each row execute function tell_grid_changed();
--> statement-breakpoint
create trigger tell_grid_changed after insert or update or delete on rooms
  for each row execute function tell_grid_changed();
--> statement-breakpoint
create trigger tell_grid_changed after insert or update or delete on slots
  for each row execute function tell_grid_changed();
--> statement-breakpoint
create function tell_hosts_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('grid_changed', event_id::text) from sessions
    where id = coalesce(new.session_id, old.session_id);
  return null;
end $$;
--> statement-breakpoint
create trigger tell_hosts_changed after insert or delete on session_hosts
  for each row execute function tell_hosts_changed();
