CREATE TABLE "host_invitations" (
	"session_id" integer NOT NULL,
	"person_id" integer NOT NULL,
	"invited_by" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"declined_at" timestamp with time zone,
	CONSTRAINT "host_invitations_session_id_person_id_pk" PRIMARY KEY("session_id","person_id")
);
--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "grid_told" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "grid_changes" ADD COLUMN "request_key" text;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "feed_key" uuid;--> statement-breakpoint
ALTER TABLE "host_invitations" ADD CONSTRAINT "host_invitations_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "host_invitations" ADD CONSTRAINT "host_invitations_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "host_invitations" ADD CONSTRAINT "host_invitations_invited_by_people_id_fk" FOREIGN KEY ("invited_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "host_invitations_person_id_index" ON "host_invitations" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "grid_changes_request" ON "grid_changes" USING btree ("event_id","request_key") WHERE "grid_changes"."request_key" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "people_feed" ON "people" USING btree ("feed_key") WHERE "people"."feed_key" is not null;--> statement-breakpoint
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
