CREATE TABLE `tally_totals` (
	`wave_id` text NOT NULL,
	`unit_code` text NOT NULL,
	`indicator` text NOT NULL,
	`mode` text NOT NULL,
	`outcome` text NOT NULL,
	`n` integer NOT NULL,
	`sum_w` real NOT NULL,
	`sum_w_2` real NOT NULL,
	PRIMARY KEY(`wave_id`, `unit_code`, `indicator`, `mode`, `outcome`),
	FOREIGN KEY (`wave_id`) REFERENCES `waves`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `__new_tallies` (
	`wave_id` text NOT NULL,
	`indicator` text NOT NULL,
	`unit_code` text NOT NULL,
	`mode` text NOT NULL,
	`outcome` text NOT NULL,
	`sex` text NOT NULL,
	`age_band` text NOT NULL,
	`n` integer NOT NULL,
	`sum_w` real NOT NULL,
	`sum_w_2` real NOT NULL,
	PRIMARY KEY(`wave_id`, `unit_code`, `mode`, `sex`, `age_band`, `indicator`, `outcome`),
	FOREIGN KEY (`wave_id`) REFERENCES `waves`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_tallies`("wave_id", "indicator", "unit_code", "mode", "outcome", "sex", "age_band", "n", "sum_w", "sum_w_2") SELECT "wave_id", "indicator", "unit_code", "mode", "outcome", "sex", "age_band", "n", "sum_w", "sum_w_2" FROM `tallies`;--> statement-breakpoint
DROP TABLE `tallies`;--> statement-breakpoint
ALTER TABLE `__new_tallies` RENAME TO `tallies`;--> statement-breakpoint
INSERT INTO `tally_totals`("wave_id", "unit_code", "indicator", "mode", "outcome", "n", "sum_w", "sum_w_2") SELECT "wave_id", "unit_code", "indicator", "mode", "outcome", sum("n"), sum("sum_w"), sum("sum_w_2") FROM `tallies` GROUP BY "wave_id", "unit_code", "indicator", "mode", "outcome";
