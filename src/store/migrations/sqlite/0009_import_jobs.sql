CREATE TABLE `import_jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`wave_id` text NOT NULL,
	`file_name` text NOT NULL,
	`dry_run` integer NOT NULL,
	`state` text NOT NULL,
	`share` real NOT NULL,
	`report` text,
	`error` text,
	`started_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`started_by_id` text NOT NULL,
	`started_by` text NOT NULL,
	FOREIGN KEY (`wave_id`) REFERENCES `waves`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `import_jobs_wave` ON `import_jobs` (`wave_id`,`started_at`);