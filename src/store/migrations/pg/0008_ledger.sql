CREATE TABLE "attachments" (
	"id" text PRIMARY KEY NOT NULL,
	"output_id" text NOT NULL,
	"hash" text NOT NULL,
	"source_hash" text NOT NULL,
	"name" text NOT NULL,
	"type" text NOT NULL,
	"bytes" bigint NOT NULL,
	"keeps_position" boolean NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "instrument_counts" (
	"code" text NOT NULL,
	"day" text NOT NULL,
	"scans" bigint NOT NULL,
	"completes" bigint NOT NULL,
	CONSTRAINT "instrument_counts_code_day_pk" PRIMARY KEY("code","day")
);
--> statement-breakpoint
CREATE TABLE "instruments" (
	"code" text PRIMARY KEY NOT NULL,
	"unit_code" text NOT NULL,
	"kind" text NOT NULL,
	"label" text NOT NULL,
	"output_id" text,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger_closings" (
	"unit_code" text NOT NULL,
	"month" text NOT NULL,
	"closed_at" bigint NOT NULL,
	"closed_by" text NOT NULL,
	CONSTRAINT "ledger_closings_unit_code_month_pk" PRIMARY KEY("unit_code","month")
);
--> statement-breakpoint
CREATE TABLE "ledger_imports" (
	"id" text PRIMARY KEY NOT NULL,
	"unit_code" text NOT NULL,
	"file_name" text NOT NULL,
	"file_hash" text NOT NULL,
	"mapping" json NOT NULL,
	"rows" bigint NOT NULL,
	"state" text NOT NULL,
	"imported_at" bigint NOT NULL,
	"imported_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger_mappings" (
	"unit_code" text NOT NULL,
	"header_hash" text NOT NULL,
	"mapping" json NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "ledger_mappings_unit_code_header_hash_pk" PRIMARY KEY("unit_code","header_hash")
);
--> statement-breakpoint
CREATE TABLE "output_kinds" (
	"code" text PRIMARY KEY NOT NULL,
	"definition" json NOT NULL,
	"updated_at" bigint NOT NULL,
	"updated_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "output_sums" (
	"unit_code" text NOT NULL,
	"month" text NOT NULL,
	"kind" text NOT NULL,
	"what" text NOT NULL,
	"media_level" text NOT NULL,
	"place" text NOT NULL,
	"qualifier" text NOT NULL,
	"n" bigint NOT NULL,
	"sum" double precision NOT NULL,
	CONSTRAINT "output_sums_unit_code_month_kind_what_media_level_place_qualifier_pk" PRIMARY KEY("unit_code","month","kind","what","media_level","place","qualifier")
);
--> statement-breakpoint
CREATE TABLE "outputs" (
	"id" text PRIMARY KEY NOT NULL,
	"client_key" text NOT NULL,
	"unit_code" text NOT NULL,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"place" text NOT NULL,
	"start_date" text NOT NULL,
	"end_date" text NOT NULL,
	"stated_period" text,
	"quantity" json NOT NULL,
	"reach" json NOT NULL,
	"media_level" text,
	"outlet" text NOT NULL,
	"link" text NOT NULL,
	"note" text NOT NULL,
	"state" text NOT NULL,
	"return_reason" text,
	"merged_into" text,
	"import_id" text,
	"correction_reason" text,
	"version" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	"updated_at" bigint NOT NULL,
	"updated_by" text NOT NULL
);
--> statement-breakpoint
CREATE INDEX "attachments_output" ON "attachments" USING btree ("output_id");--> statement-breakpoint
CREATE INDEX "attachments_source" ON "attachments" USING btree ("source_hash");--> statement-breakpoint
CREATE INDEX "instruments_unit" ON "instruments" USING btree ("unit_code");--> statement-breakpoint
CREATE INDEX "ledger_imports_unit" ON "ledger_imports" USING btree ("unit_code","imported_at");--> statement-breakpoint
CREATE UNIQUE INDEX "outputs_client" ON "outputs" USING btree ("client_key");--> statement-breakpoint
CREATE INDEX "outputs_unit" ON "outputs" USING btree ("unit_code","start_date","id");--> statement-breakpoint
CREATE INDEX "outputs_date" ON "outputs" USING btree ("start_date","id");--> statement-breakpoint
CREATE INDEX "outputs_kind" ON "outputs" USING btree ("kind","unit_code","start_date");--> statement-breakpoint
CREATE INDEX "outputs_state" ON "outputs" USING btree ("state","start_date","id");--> statement-breakpoint
CREATE INDEX "outputs_import" ON "outputs" USING btree ("import_id");