CREATE INDEX `outputs_place` ON `outputs` (`unit_code`,`kind`,`place`);--> statement-breakpoint
CREATE INDEX `outputs_merged` ON `outputs` (`merged_into`);