-- The counters stand in the order of their key and nowhere else: a report reads them without looking each up in a second tree.
CREATE TABLE `new_output_sums` (
	`unit_code` text NOT NULL,
	`month` text NOT NULL,
	`kind` text NOT NULL,
	`what` text NOT NULL,
	`media_level` text NOT NULL,
	`qualifier` text NOT NULL,
	`n` integer NOT NULL,
	`sum` real NOT NULL,
	PRIMARY KEY(`unit_code`, `kind`, `what`, `media_level`, `qualifier`, `month`)
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `new_output_sums` (`unit_code`, `month`, `kind`, `what`, `media_level`, `qualifier`, `n`, `sum`) SELECT `unit_code`, `month`, `kind`, `what`, `media_level`, `qualifier`, `n`, `sum` FROM `output_sums` ORDER BY `unit_code`, `kind`, `what`, `media_level`, `qualifier`, `month`;--> statement-breakpoint
DROP TABLE `output_sums`;--> statement-breakpoint
ALTER TABLE `new_output_sums` RENAME TO `output_sums`;
