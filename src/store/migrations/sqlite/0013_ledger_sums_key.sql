PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_output_sums` (
	`unit_code` text NOT NULL,
	`month` text NOT NULL,
	`kind` text NOT NULL,
	`what` text NOT NULL,
	`media_level` text NOT NULL,
	`qualifier` text NOT NULL,
	`n` integer NOT NULL,
	`sum` real NOT NULL,
	PRIMARY KEY(`unit_code`, `kind`, `what`, `media_level`, `qualifier`, `month`)
);
--> statement-breakpoint
INSERT INTO `__new_output_sums`("unit_code", "month", "kind", "what", "media_level", "qualifier", "n", "sum") SELECT "unit_code", "month", "kind", "what", "media_level", "qualifier", "n", "sum" FROM `output_sums`;--> statement-breakpoint
DROP TABLE `output_sums`;--> statement-breakpoint
ALTER TABLE `__new_output_sums` RENAME TO `output_sums`;--> statement-breakpoint
PRAGMA foreign_keys=ON;