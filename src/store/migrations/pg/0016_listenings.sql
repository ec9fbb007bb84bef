CREATE TABLE "listenings" (
	"id" text PRIMARY KEY NOT NULL,
	"attempt_id" text NOT NULL,
	"wave_id" text NOT NULL,
	"unit_code" text NOT NULL,
	"user_id" text NOT NULL,
	"user_name" text NOT NULL,
	"leg_id" text,
	"asked_at" bigint NOT NULL,
	"started_at" bigint,
	"ended_at" bigint
);
--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "next_seq" bigint;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "opt_out_hash" text;--> statement-breakpoint
ALTER TABLE "recordings" ADD COLUMN "cleared_at" bigint;--> statement-breakpoint
ALTER TABLE "suppressions" ADD COLUMN "unit_code" text;--> statement-breakpoint
ALTER TABLE "listenings" ADD CONSTRAINT "listenings_attempt_id_attempts_id_fk" FOREIGN KEY ("attempt_id") REFERENCES "public"."attempts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "listenings_attempt" ON "listenings" USING btree ("attempt_id");--> statement-breakpoint
CREATE INDEX "listenings_live" ON "listenings" USING btree ("wave_id") WHERE "listenings"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "messages_opt_out" ON "messages" USING btree ("opt_out_hash") WHERE "messages"."opt_out_hash" is not null;--> statement-breakpoint
CREATE INDEX "recordings_clear" ON "recordings" USING btree ("delete_at") WHERE "recordings"."cleared_at" is null;