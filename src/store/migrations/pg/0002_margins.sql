CREATE TABLE "wave_margins" (
	"wave_id" text PRIMARY KEY NOT NULL,
	"method" text NOT NULL,
	"cap" double precision NOT NULL,
	"collapse" boolean NOT NULL,
	"cells" json NOT NULL,
	"set_at" bigint NOT NULL,
	"set_by" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "wave_margins" ADD CONSTRAINT "wave_margins_wave_id_waves_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."waves"("id") ON DELETE no action ON UPDATE no action;