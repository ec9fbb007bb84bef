CREATE TABLE "tally_totals" (
	"wave_id" text NOT NULL,
	"unit_code" text NOT NULL,
	"indicator" text NOT NULL,
	"mode" text NOT NULL,
	"outcome" text NOT NULL,
	"n" bigint NOT NULL,
	"sum_w" double precision NOT NULL,
	"sum_w_2" double precision NOT NULL,
	CONSTRAINT "tally_totals_wave_id_unit_code_indicator_mode_outcome_pk" PRIMARY KEY("wave_id","unit_code","indicator","mode","outcome")
);
--> statement-breakpoint
ALTER TABLE "tallies" DROP CONSTRAINT "tallies_wave_id_indicator_unit_code_mode_outcome_sex_age_band_pk";--> statement-breakpoint
ALTER TABLE "tallies" ADD CONSTRAINT "tallies_wave_id_unit_code_mode_sex_age_band_indicator_outcome_pk" PRIMARY KEY("wave_id","unit_code","mode","sex","age_band","indicator","outcome");--> statement-breakpoint
ALTER TABLE "tally_totals" ADD CONSTRAINT "tally_totals_wave_id_waves_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."waves"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
INSERT INTO "tally_totals"("wave_id", "unit_code", "indicator", "mode", "outcome", "n", "sum_w", "sum_w_2") SELECT "wave_id", "unit_code", "indicator", "mode", "outcome", sum("n"), sum("sum_w"), sum("sum_w_2") FROM "tallies" GROUP BY "wave_id", "unit_code", "indicator", "mode", "outcome";
