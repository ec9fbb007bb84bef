ALTER TABLE "import_jobs" ADD COLUMN "numbers_wave_id" text;--> statement-breakpoint
ALTER TABLE "import_jobs" ADD CONSTRAINT "import_jobs_numbers_wave_id_waves_id_fk" FOREIGN KEY ("numbers_wave_id") REFERENCES "public"."waves"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "import_jobs_numbers" ON "import_jobs" USING btree ("numbers_wave_id","started_at");