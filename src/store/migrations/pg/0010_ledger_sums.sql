-- Counters are made anew in another shape: zhixiao outputs recount --write
DELETE FROM "output_sums";--> statement-breakpoint
DROP INDEX "outputs_kind";--> statement-breakpoint
ALTER TABLE "output_sums" DROP CONSTRAINT "output_sums_unit_code_month_kind_what_media_level_place_qualifier_pk";--> statement-breakpoint
ALTER TABLE "output_sums" ADD CONSTRAINT "output_sums_unit_code_month_kind_what_media_level_qualifier_pk" PRIMARY KEY("unit_code","month","kind","what","media_level","qualifier");--> statement-breakpoint
CREATE INDEX "outputs_unit_kind" ON "outputs" USING btree ("unit_code","kind","start_date","id");--> statement-breakpoint
CREATE INDEX "outputs_unit_state" ON "outputs" USING btree ("unit_code","state","start_date","id");--> statement-breakpoint
CREATE INDEX "outputs_kind" ON "outputs" USING btree ("kind","start_date","id");--> statement-breakpoint
ALTER TABLE "output_sums" DROP COLUMN "place";