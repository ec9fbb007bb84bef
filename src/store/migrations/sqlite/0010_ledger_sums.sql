DROP INDEX `outputs_kind`;--> statement-breakpoint
CREATE INDEX `outputs_unit_kind` ON `outputs` (`unit_code`,`kind`,`start_date`,`id`);--> statement-breakpoint
CREATE INDEX `outputs_unit_state` ON `outputs` (`unit_code`,`state`,`start_date`,`id`);--> statement-breakpoint
CREATE INDEX `outputs_kind` ON `outputs` (`kind`,`start_date`,`id`);--> statement-breakpoint
-- Counters are made anew in another shape: zhixiao outputs recount --write
DROP TABLE `output_sums`;--> statement-breakpoint
CREATE TABLE `output_sums` (
	`unit_code` text NOT NULL,
	`month` text NOT NULL,
	`kind` text NOT NULL,
	`what` text NOT NULL,
	`media_level` text NOT NULL,
	`qualifier` text NOT NULL,
	`n` integer NOT NULL,
	`sum` real NOT NULL,
	PRIMARY KEY(`unit_code`, `month`, `kind`, `what`, `media_level`, `qualifier`)
);
