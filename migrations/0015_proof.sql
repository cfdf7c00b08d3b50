CREATE TABLE "cancellations" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "cancellations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"event_id" integer NOT NULL,
	"person_id" integer,
	"asked" integer NOT NULL,
	"total" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"done_at" timestamp with time zone,
	"undone_at" timestamp with time zone,
	"restored_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "prove_hours" integer;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "strangers_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "strangers_told_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "first_position" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "registrations" ADD COLUMN "mail_generation" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "registrations" ADD COLUMN "cancelled_from" text;--> statement-breakpoint
ALTER TABLE "registrations" ADD COLUMN "cancellation_id" integer;--> statement-breakpoint
ALTER TABLE "registrations" ADD COLUMN "prove_by" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "registrations" ADD COLUMN "prove_remind_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "cancellations" ADD CONSTRAINT "cancellations_event_id_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."events"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cancellations" ADD CONSTRAINT "cancellations_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "cancellations_event_id_index" ON "cancellations" USING btree ("event_id");--> statement-breakpoint
ALTER TABLE "registrations" ADD CONSTRAINT "registrations_cancellation_id_cancellations_id_fk" FOREIGN KEY ("cancellation_id") REFERENCES "public"."cancellations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "registrations_prove" ON "registrations" USING btree ("prove_by") WHERE "registrations"."prove_by" is not null and "registrations"."state" <> 'cancelled';--> statement-breakpoint
CREATE INDEX "registrations_cancellation" ON "registrations" USING btree ("cancellation_id") WHERE "registrations"."cancellation_id" is not null;--> statement-breakpoint
UPDATE "events" SET "first_position" = least(1, coalesce((SELECT min("position") FROM "registrations" WHERE "registrations"."event_id" = "events"."id"), 1));
