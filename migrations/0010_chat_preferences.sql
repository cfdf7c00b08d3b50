CREATE TABLE "chat_notices" (
	"notice_id" integer NOT NULL,
	"address_id" integer NOT NULL,
	"claimed_by" bigint,
	"sent_at" timestamp with time zone,
	CONSTRAINT "chat_notices_notice_id_address_id_pk" PRIMARY KEY("notice_id","address_id")
);
--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "zone" text;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "muted" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "quiet_from" smallint;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "quiet_to" smallint;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "remind" smallint;--> statement-breakpoint
ALTER TABLE "chat_notices" ADD CONSTRAINT "chat_notices_notice_id_notices_id_fk" FOREIGN KEY ("notice_id") REFERENCES "public"."notices"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_notices" ADD CONSTRAINT "chat_notices_address_id_addresses_id_fk" FOREIGN KEY ("address_id") REFERENCES "public"."addresses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chat_notices_due" ON "chat_notices" USING btree ("address_id") WHERE "chat_notices"."sent_at" is null;