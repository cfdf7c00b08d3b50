ALTER TABLE "events" ADD COLUMN "cost" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "deposit" text DEFAULT '' NOT NULL;