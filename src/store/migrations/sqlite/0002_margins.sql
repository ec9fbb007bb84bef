CREATE TABLE `wave_margins` (
	`wave_id` text PRIMARY KEY NOT NULL,
	`method` text NOT NULL,
	`cap` real NOT NULL,
	`collapse` integer NOT NULL,
	`cells` text NOT NULL,
	`set_at` integer NOT NULL,
	`set_by` text NOT NULL,
	FOREIGN KEY (`wave_id`) REFERENCES `waves`(`id`) ON UPDATE no action ON DELETE no action
);
