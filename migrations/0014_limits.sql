CREATE TABLE "limits" (
	"key" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"today" integer NOT NULL,
	"today_until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "limits_today_until_index" ON "limits" USING btree ("today_until");