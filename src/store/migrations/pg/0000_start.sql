CREATE TABLE "accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" bigint,
	"refresh_token_expires_at" bigint,
	"scope" text,
	"password" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "answers" (
	"response_id" text NOT NULL,
	"question" text NOT NULL,
	"value" json NOT NULL,
	CONSTRAINT "answers_response_id_question_pk" PRIMARY KEY("response_id","question")
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"id" text PRIMARY KEY NOT NULL,
	"at" bigint NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"action" text NOT NULL,
	"object_type" text NOT NULL,
	"object_id" text NOT NULL,
	"unit_code" text,
	"details" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"id" text PRIMARY KEY NOT NULL,
	"wave_id" text NOT NULL,
	"file_name" text NOT NULL,
	"file_hash" text NOT NULL,
	"mapping" json NOT NULL,
	"rows" bigint NOT NULL,
	"created" bigint NOT NULL,
	"imported_at" bigint NOT NULL,
	"imported_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"id" text PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"wave_id" text NOT NULL,
	"unit_code" text NOT NULL,
	"state" text NOT NULL,
	"expires_at" bigint NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "responses" (
	"id" text PRIMARY KEY NOT NULL,
	"wave_id" text NOT NULL,
	"unit_code" text NOT NULL,
	"mode" text NOT NULL,
	"state" text NOT NULL,
	"disposition" text,
	"lang" text NOT NULL,
	"reversed" boolean NOT NULL,
	"sex" text NOT NULL,
	"age_band" text NOT NULL,
	"weight" double precision NOT NULL,
	"external_id" text,
	"import_id" text,
	"invitation_id" text,
	"receipt" text,
	"started_at" bigint NOT NULL,
	"ended_at" bigint
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"token" text NOT NULL,
	"expires_at" bigint NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "survey_versions" (
	"id" text PRIMARY KEY NOT NULL,
	"survey_code" text NOT NULL,
	"version" bigint NOT NULL,
	"title" json NOT NULL,
	"definition" json NOT NULL,
	"plan" json NOT NULL,
	"indicators" json NOT NULL,
	"series" text NOT NULL,
	"content_hash" text NOT NULL,
	"valid_until" text NOT NULL,
	"published_at" bigint NOT NULL,
	"published_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tallies" (
	"wave_id" text NOT NULL,
	"indicator" text NOT NULL,
	"unit_code" text NOT NULL,
	"mode" text NOT NULL,
	"outcome" text NOT NULL,
	"sex" text NOT NULL,
	"age_band" text NOT NULL,
	"n" bigint NOT NULL,
	"sum_w" double precision NOT NULL,
	"sum_w_2" double precision NOT NULL,
	CONSTRAINT "tallies_wave_id_indicator_unit_code_mode_outcome_sex_age_band_pk" PRIMARY KEY("wave_id","indicator","unit_code","mode","outcome","sex","age_band")
);
--> statement-breakpoint
CREATE TABLE "unit_populations" (
	"unit_code" text NOT NULL,
	"sex" text NOT NULL,
	"age_band" text NOT NULL,
	"population" bigint NOT NULL,
	CONSTRAINT "unit_populations_unit_code_sex_age_band_pk" PRIMARY KEY("unit_code","sex","age_band")
);
--> statement-breakpoint
CREATE TABLE "units" (
	"code" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"level" text NOT NULL,
	"parent_code" text,
	"path" text NOT NULL,
	"population" bigint,
	"population_source" text,
	"place_code" text NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"username" text NOT NULL,
	"display_username" text,
	"email" text NOT NULL,
	"email_verified" boolean NOT NULL,
	"image" text,
	"role" text NOT NULL,
	"unit_code" text NOT NULL,
	"disabled" boolean NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "verifications" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "waves" (
	"id" text PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"title" text NOT NULL,
	"survey_version_id" text NOT NULL,
	"root_unit" text NOT NULL,
	"period" text NOT NULL,
	"kind" text NOT NULL,
	"series" text NOT NULL,
	"modes" json NOT NULL,
	"state" text NOT NULL,
	"fieldwork_start" text NOT NULL,
	"fieldwork_end" text NOT NULL,
	"synthetic" boolean NOT NULL,
	"created_at" bigint NOT NULL,
	"opened_at" bigint,
	"closed_at" bigint
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "answers" ADD CONSTRAINT "answers_response_id_responses_id_fk" FOREIGN KEY ("response_id") REFERENCES "public"."responses"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_wave_id_waves_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."waves"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_wave_id_waves_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."waves"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_unit_code_units_code_fk" FOREIGN KEY ("unit_code") REFERENCES "public"."units"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "responses" ADD CONSTRAINT "responses_wave_id_waves_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."waves"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "responses" ADD CONSTRAINT "responses_unit_code_units_code_fk" FOREIGN KEY ("unit_code") REFERENCES "public"."units"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tallies" ADD CONSTRAINT "tallies_wave_id_waves_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."waves"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "unit_populations" ADD CONSTRAINT "unit_populations_unit_code_units_code_fk" FOREIGN KEY ("unit_code") REFERENCES "public"."units"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "waves" ADD CONSTRAINT "waves_survey_version_id_survey_versions_id_fk" FOREIGN KEY ("survey_version_id") REFERENCES "public"."survey_versions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "waves" ADD CONSTRAINT "waves_root_unit_units_code_fk" FOREIGN KEY ("root_unit") REFERENCES "public"."units"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "accounts_user" ON "accounts" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "audit_at" ON "audit" USING btree ("at");--> statement-breakpoint
CREATE INDEX "audit_object" ON "audit" USING btree ("object_type","object_id");--> statement-breakpoint
CREATE INDEX "imports_wave" ON "imports" USING btree ("wave_id","imported_at");--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_token" ON "invitations" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "invitations_wave" ON "invitations" USING btree ("wave_id","unit_code");--> statement-breakpoint
CREATE UNIQUE INDEX "responses_external" ON "responses" USING btree ("wave_id","external_id");--> statement-breakpoint
CREATE UNIQUE INDEX "responses_invitation" ON "responses" USING btree ("invitation_id");--> statement-breakpoint
CREATE UNIQUE INDEX "responses_receipt" ON "responses" USING btree ("receipt");--> statement-breakpoint
CREATE INDEX "responses_wave" ON "responses" USING btree ("wave_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_token" ON "sessions" USING btree ("token");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "survey_versions_number" ON "survey_versions" USING btree ("survey_code","version");--> statement-breakpoint
CREATE UNIQUE INDEX "survey_versions_content" ON "survey_versions" USING btree ("survey_code","content_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "units_place_code" ON "units" USING btree ("place_code");--> statement-breakpoint
CREATE INDEX "units_path" ON "units" USING btree ("path");--> statement-breakpoint
CREATE INDEX "units_parent" ON "units" USING btree ("parent_code");--> statement-breakpoint
CREATE UNIQUE INDEX "users_username" ON "users" USING btree ("username");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email" ON "users" USING btree ("email");--> statement-breakpoint
CREATE INDEX "verifications_identifier" ON "verifications" USING btree ("identifier");--> statement-breakpoint
CREATE UNIQUE INDEX "waves_code" ON "waves" USING btree ("code");--> statement-breakpoint
CREATE INDEX "waves_series" ON "waves" USING btree ("series","period");