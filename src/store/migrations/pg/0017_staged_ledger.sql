CREATE TABLE "staged_sums" (
	"stage_id" text NOT NULL,
	"unit_code" text NOT NULL,
	"month" text NOT NULL,
	"kind" text NOT NULL,
	"what" text NOT NULL,
	"media_level" text NOT NULL,
	"qualifier" text NOT NULL,
	"n" bigint NOT NULL,
	"sum" double precision NOT NULL,
	"staged_at" bigint NOT NULL,
	CONSTRAINT "staged_sums_stage_id_unit_code_kind_what_media_level_qualifier_month_pk" PRIMARY KEY("stage_id","unit_code","kind","what","media_level","qualifier","month")
);
--> statement-breakpoint
ALTER TABLE "import_jobs" ALTER COLUMN "wave_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "import_jobs" ADD COLUMN "unit_code" text;--> statement-breakpoint
ALTER TABLE "import_jobs" ADD COLUMN "rows_done" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "import_jobs" ADD COLUMN "rows_total" bigint;--> statement-breakpoint
ALTER TABLE "ledger_imports" ADD COLUMN "changed_at" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "import_jobs_unit" ON "import_jobs" USING btree ("unit_code","started_at");--> statement-breakpoint
CREATE INDEX "ledger_imports_state" ON "ledger_imports" USING btree ("state","changed_at");--> statement-breakpoint
CREATE INDEX "outputs_updated" ON "outputs" USING btree ("updated_at","import_id");