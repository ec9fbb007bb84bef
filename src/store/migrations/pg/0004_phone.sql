CREATE TABLE "attempt_events" (
	"attempt_id" text NOT NULL,
	"dedupe" text NOT NULL,
	"seq" bigint,
	"kind" text NOT NULL,
	"at" bigint NOT NULL,
	"received_at" bigint NOT NULL,
	"body" json NOT NULL,
	CONSTRAINT "attempt_events_attempt_id_dedupe_pk" PRIMARY KEY("attempt_id","dedupe")
);
--> statement-breakpoint
CREATE TABLE "attempts" (
	"id" text PRIMARY KEY NOT NULL,
	"case_id" text NOT NULL,
	"wave_id" text NOT NULL,
	"unit_code" text NOT NULL,
	"seq" bigint NOT NULL,
	"mode" text NOT NULL,
	"direction" text NOT NULL,
	"carrier" text NOT NULL,
	"provider_call_id" text,
	"state" text NOT NULL,
	"number_rank" bigint NOT NULL,
	"slot" text NOT NULL,
	"interviewer_id" text,
	"asked_at" bigint NOT NULL,
	"answered_at" bigint,
	"ended_at" bigint,
	"sip" bigint,
	"error_code" text,
	"disposition" text,
	"answered_by" text,
	"note" text,
	"duration_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "campaigns" (
	"wave_id" text PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"carrier" text NOT NULL,
	"modes" json NOT NULL,
	"rules" json NOT NULL,
	"target_per_town" bigint,
	"lines" bigint NOT NULL,
	"calls_per_second" double precision NOT NULL,
	"caller_id" text,
	"consent_text" json NOT NULL,
	"recording" boolean NOT NULL,
	"review_share" double precision NOT NULL,
	"pause_reason" text,
	"updated_at" bigint NOT NULL,
	"updated_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "carrier_states" (
	"carrier" text PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"until" bigint,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "case_numbers" (
	"case_id" text NOT NULL,
	"rank" bigint NOT NULL,
	"wave_id" text NOT NULL,
	"number_hash" text NOT NULL,
	"cipher" text,
	"state" text NOT NULL,
	"delete_after" bigint,
	CONSTRAINT "case_numbers_case_id_rank_pk" PRIMARY KEY("case_id","rank")
);
--> statement-breakpoint
CREATE TABLE "cases" (
	"id" text PRIMARY KEY NOT NULL,
	"wave_id" text NOT NULL,
	"unit_code" text NOT NULL,
	"seq" bigint NOT NULL,
	"origin" text NOT NULL,
	"mode" text NOT NULL,
	"state" text NOT NULL,
	"disposition" text,
	"due_at" bigint NOT NULL,
	"priority" bigint NOT NULL,
	"lease_token" text,
	"lease_by" text,
	"lease_until" bigint,
	"version" bigint NOT NULL,
	"attempts" bigint NOT NULL,
	"slot_attempts" json NOT NULL,
	"refusals" bigint NOT NULL,
	"ever_eligible" boolean NOT NULL,
	"assigned_to" text,
	"appointment_start" bigint,
	"appointment_end" bigint,
	"appointment_for" text,
	"appointment_kind" text,
	"hold_reason" text,
	"over_quota" boolean NOT NULL,
	"invitation_id" text NOT NULL,
	"access_code" text,
	"sex" text NOT NULL,
	"age_band" text NOT NULL,
	"last_attempt_at" bigint,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "consents" (
	"id" text PRIMARY KEY NOT NULL,
	"attempt_id" text NOT NULL,
	"case_id" text NOT NULL,
	"kind" text NOT NULL,
	"given" boolean NOT NULL,
	"at" bigint NOT NULL,
	"script_version" text NOT NULL,
	"lang" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "desks" (
	"user_id" text PRIMARY KEY NOT NULL,
	"wave_id" text,
	"break_since" bigint,
	"seen_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "keypad_sessions" (
	"case_id" text PRIMARY KEY NOT NULL,
	"session" json NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" text PRIMARY KEY NOT NULL,
	"case_id" text NOT NULL,
	"attempt_id" text,
	"provider_id" text,
	"template" text NOT NULL,
	"status" text NOT NULL,
	"statuses" json NOT NULL,
	"at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "quota_cells" (
	"wave_id" text NOT NULL,
	"unit_code" text NOT NULL,
	"sex" text NOT NULL,
	"age_band" text NOT NULL,
	"target" bigint NOT NULL,
	"completes" bigint NOT NULL,
	CONSTRAINT "quota_cells_wave_id_unit_code_sex_age_band_pk" PRIMARY KEY("wave_id","unit_code","sex","age_band")
);
--> statement-breakpoint
CREATE TABLE "recordings" (
	"id" text PRIMARY KEY NOT NULL,
	"attempt_id" text NOT NULL,
	"case_id" text NOT NULL,
	"wave_id" text NOT NULL,
	"unit_code" text NOT NULL,
	"interviewer_id" text,
	"file" text,
	"seconds" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"delete_at" bigint NOT NULL,
	"deleted_at" bigint
);
--> statement-breakpoint
CREATE TABLE "reviews" (
	"id" text PRIMARY KEY NOT NULL,
	"attempt_id" text NOT NULL,
	"case_id" text NOT NULL,
	"wave_id" text NOT NULL,
	"unit_code" text NOT NULL,
	"interviewer_id" text,
	"reason" json NOT NULL,
	"state" text NOT NULL,
	"reviewer_id" text,
	"coded" json,
	"agreement" double precision,
	"note" text,
	"created_at" bigint NOT NULL,
	"done_at" bigint
);
--> statement-breakpoint
CREATE TABLE "suppressions" (
	"number_hash" text PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"source" text NOT NULL,
	"at" bigint NOT NULL,
	"by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhooks_seen" (
	"key" text PRIMARY KEY NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "attempt_events" ADD CONSTRAINT "attempt_events_attempt_id_attempts_id_fk" FOREIGN KEY ("attempt_id") REFERENCES "public"."attempts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_wave_id_waves_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."waves"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_numbers" ADD CONSTRAINT "case_numbers_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cases" ADD CONSTRAINT "cases_wave_id_waves_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."waves"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cases" ADD CONSTRAINT "cases_unit_code_units_code_fk" FOREIGN KEY ("unit_code") REFERENCES "public"."units"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cases" ADD CONSTRAINT "cases_invitation_id_invitations_id_fk" FOREIGN KEY ("invitation_id") REFERENCES "public"."invitations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_attempt_id_attempts_id_fk" FOREIGN KEY ("attempt_id") REFERENCES "public"."attempts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "keypad_sessions" ADD CONSTRAINT "keypad_sessions_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quota_cells" ADD CONSTRAINT "quota_cells_wave_id_waves_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."waves"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recordings" ADD CONSTRAINT "recordings_attempt_id_attempts_id_fk" FOREIGN KEY ("attempt_id") REFERENCES "public"."attempts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_attempt_id_attempts_id_fk" FOREIGN KEY ("attempt_id") REFERENCES "public"."attempts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "attempts_case" ON "attempts" USING btree ("case_id","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "attempts_provider" ON "attempts" USING btree ("provider_call_id") WHERE "attempts"."provider_call_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "attempts_live" ON "attempts" USING btree ("case_id") WHERE "attempts"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "attempts_wave" ON "attempts" USING btree ("wave_id","state");--> statement-breakpoint
CREATE INDEX "attempts_asked" ON "attempts" USING btree ("wave_id","asked_at");--> statement-breakpoint
CREATE UNIQUE INDEX "case_numbers_wave" ON "case_numbers" USING btree ("wave_id","number_hash");--> statement-breakpoint
CREATE INDEX "case_numbers_hash" ON "case_numbers" USING btree ("number_hash");--> statement-breakpoint
CREATE INDEX "case_numbers_delete" ON "case_numbers" USING btree ("delete_after") WHERE "case_numbers"."delete_after" is not null;--> statement-breakpoint
CREATE INDEX "cases_due" ON "cases" USING btree ("wave_id","state","due_at");--> statement-breakpoint
CREATE INDEX "cases_unit" ON "cases" USING btree ("wave_id","unit_code");--> statement-breakpoint
CREATE INDEX "cases_lease" ON "cases" USING btree ("lease_by") WHERE "cases"."lease_by" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "cases_invitation" ON "cases" USING btree ("invitation_id");--> statement-breakpoint
CREATE INDEX "cases_access" ON "cases" USING btree ("access_code") WHERE "cases"."access_code" is not null;--> statement-breakpoint
CREATE INDEX "consents_attempt" ON "consents" USING btree ("attempt_id");--> statement-breakpoint
CREATE INDEX "messages_case" ON "messages" USING btree ("case_id");--> statement-breakpoint
CREATE UNIQUE INDEX "messages_provider" ON "messages" USING btree ("provider_id") WHERE "messages"."provider_id" is not null;--> statement-breakpoint
CREATE INDEX "recordings_attempt" ON "recordings" USING btree ("attempt_id");--> statement-breakpoint
CREATE INDEX "recordings_delete" ON "recordings" USING btree ("delete_at") WHERE "recordings"."deleted_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "reviews_attempt" ON "reviews" USING btree ("attempt_id");--> statement-breakpoint
CREATE INDEX "reviews_wave" ON "reviews" USING btree ("wave_id","state");--> statement-breakpoint
CREATE INDEX "webhooks_seen_at" ON "webhooks_seen" USING btree ("at");