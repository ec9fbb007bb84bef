CREATE TABLE `staged_sums` (
	`stage_id` text NOT NULL,
	`unit_code` text NOT NULL,
	`month` text NOT NULL,
	`kind` text NOT NULL,
	`what` text NOT NULL,
	`media_level` text NOT NULL,
	`qualifier` text NOT NULL,
	`n` integer NOT NULL,
	`sum` real NOT NULL,
	`staged_at` integer NOT NULL,
	PRIMARY KEY(`stage_id`, `unit_code`, `kind`, `what`, `media_level`, `qualifier`, `month`)
);
--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_import_jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`wave_id` text,
	`unit_code` text,
	`file_name` text NOT NULL,
	`dry_run` integer NOT NULL,
	`state` text NOT NULL,
	`share` real NOT NULL,
	`rows_done` integer DEFAULT 0 NOT NULL,
	`rows_total` integer,
	`report` text,
	`error` text,
	`started_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`started_by_id` text NOT NULL,
	`started_by` text NOT NULL,
	FOREIGN KEY (`wave_id`) REFERENCES `waves`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `__new_import_jobs`("id", "wave_id", "file_name", "dry_run", "state", "share", "report", "error", "started_at", "seen_at", "started_by_id", "started_by") SELECT "id", "wave_id", "file_name", "dry_run", "state", "share", "report", "error", "started_at", "seen_at", "started_by_id", "started_by" FROM `import_jobs`;--> statement-breakpoint
DROP TABLE `import_jobs`;--> statement-breakpoint
ALTER TABLE `__new_import_jobs` RENAME TO `import_jobs`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `import_jobs_wave` ON `import_jobs` (`wave_id`,`started_at`);--> statement-breakpoint
CREATE INDEX `import_jobs_unit` ON `import_jobs` (`unit_code`,`started_at`);--> statement-breakpoint
ALTER TABLE `ledger_imports` ADD `changed_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `ledger_imports_state` ON `ledger_imports` (`state`,`changed_at`);--> statement-breakpoint
CREATE INDEX `outputs_updated` ON `outputs` (`updated_at`,`import_id`);