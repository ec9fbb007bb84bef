CREATE TABLE "import_jobs" (
	"id" text PRIMARY KEY NOT NULL,
	"wave_id" text NOT NULL,
	"file_name" text NOT NULL,
	"dry_run" boolean NOT NULL,
	"state" text NOT NULL,
	"share" double precision NOT NULL,
	"report" json,
	"error" json,
	"started_at" bigint NOT NULL,
	"seen_at" bigint NOT NULL,
	"started_by_id" text NOT NULL,
	"started_by" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "import_jobs" ADD CONSTRAINT "import_jobs_wave_id_waves_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."waves"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "import_jobs_wave" ON "import_jobs" USING btree ("wave_id","started_at");