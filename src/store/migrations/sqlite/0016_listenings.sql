CREATE TABLE `listenings` (
	`id` text PRIMARY KEY NOT NULL,
	`attempt_id` text NOT NULL,
	`wave_id` text NOT NULL,
	`unit_code` text NOT NULL,
	`user_id` text NOT NULL,
	`user_name` text NOT NULL,
	`leg_id` text,
	`asked_at` integer NOT NULL,
	`started_at` integer,
	`ended_at` integer,
	FOREIGN KEY (`attempt_id`) REFERENCES `attempts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `listenings_attempt` ON `listenings` (`attempt_id`);--> statement-breakpoint
CREATE INDEX `listenings_live` ON `listenings` (`wave_id`) WHERE "listenings"."ended_at" is null;--> statement-breakpoint
ALTER TABLE `campaigns` ADD `next_seq` integer;--> statement-breakpoint
ALTER TABLE `messages` ADD `opt_out_hash` text;--> statement-breakpoint
CREATE INDEX `messages_opt_out` ON `messages` (`opt_out_hash`) WHERE "messages"."opt_out_hash" is not null;--> statement-breakpoint
ALTER TABLE `recordings` ADD `cleared_at` integer;--> statement-breakpoint
CREATE INDEX `recordings_clear` ON `recordings` (`delete_at`) WHERE "recordings"."cleared_at" is null;--> statement-breakpoint
ALTER TABLE `suppressions` ADD `unit_code` text;