CREATE TABLE "demo_rows" (
	"kind" text NOT NULL,
	"row_id" integer NOT NULL,
	"fingerprint" text NOT NULL,
	CONSTRAINT "demo_rows_kind_row_id_pk" PRIMARY KEY("kind","row_id")
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"name" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "addresses" ADD COLUMN "former_person_id" integer;--> statement-breakpoint
ALTER TABLE "addresses" ADD COLUMN "unlinked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "addresses" ADD CONSTRAINT "addresses_former_person_id_people_id_fk" FOREIGN KEY ("former_person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chat_messages_created_at_index" ON "chat_messages" USING brin ("created_at");--> statement-breakpoint
CREATE INDEX "conversations_updated_at_index" ON "conversations" USING btree ("updated_at");--> statement-breakpoint
CREATE INDEX "chat_notices_address_id_index" ON "chat_notices" USING btree ("address_id");--> statement-breakpoint
CREATE INDEX "notices_created_at_index" ON "notices" USING brin ("created_at");--> statement-breakpoint
CREATE INDEX "addresses_former" ON "addresses" USING btree ("former_person_id") WHERE "addresses"."former_person_id" is not null;--> statement-breakpoint
CREATE INDEX "pushes_created_at_index" ON "pushes" USING brin ("created_at");--> statement-breakpoint
CREATE INDEX "registrations_address" ON "registrations" USING btree ("address_id") WHERE "registrations"."address_id" is not null;