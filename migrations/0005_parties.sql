CREATE TABLE "members" (
	"registration_id" integer NOT NULL,
	"position" integer NOT NULL,
	"name" text,
	"diets" text[] DEFAULT '{}' NOT NULL,
	"diet_other" text DEFAULT '' NOT NULL,
	"choices" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "members_registration_id_position_pk" PRIMARY KEY("registration_id","position")
);
--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "party_most" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "line" text DEFAULT 'automatic' NOT NULL;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "offer_hours" integer DEFAULT 24 NOT NULL;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "held" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "registrations" ADD COLUMN "size" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "registrations" ADD COLUMN "offered_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "registrations" ADD COLUMN "offer_expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "registrations" ADD COLUMN "skipped_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_registration_id_registrations_id_fk" FOREIGN KEY ("registration_id") REFERENCES "public"."registrations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "registrations_line_size" ON "registrations" USING btree ("event_id","size","position") WHERE "registrations"."state" = 'waitlisted';--> statement-breakpoint
CREATE INDEX "registrations_offers" ON "registrations" USING btree ("event_id","position") WHERE "registrations"."state" = 'offered';