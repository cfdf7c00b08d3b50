ALTER TABLE "events" ADD COLUMN "request_key" text;--> statement-breakpoint
CREATE UNIQUE INDEX "events_request" ON "events" USING btree ("request_key");