CREATE TABLE "prompt_recordings" (
	"id" text PRIMARY KEY NOT NULL,
	"survey_code" text NOT NULL,
	"lang" text NOT NULL,
	"key" text NOT NULL,
	"words" text NOT NULL,
	"hash" text NOT NULL,
	"ms" bigint NOT NULL,
	"bytes" bigint NOT NULL,
	"file_name" text NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	"retired_at" bigint
);
--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "call_ins" text DEFAULT 'answer' NOT NULL;--> statement-breakpoint
ALTER TABLE "responses" ADD COLUMN "excluded" json;--> statement-breakpoint
CREATE INDEX "prompt_recordings_survey" ON "prompt_recordings" USING btree ("survey_code","lang");--> statement-breakpoint
CREATE INDEX "prompt_recordings_hash" ON "prompt_recordings" USING btree ("hash");