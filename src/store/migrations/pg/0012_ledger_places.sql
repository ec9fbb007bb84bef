CREATE INDEX "outputs_place" ON "outputs" USING btree ("unit_code","kind","place");--> statement-breakpoint
CREATE INDEX "outputs_merged" ON "outputs" USING btree ("merged_into");