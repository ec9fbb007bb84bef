CREATE TABLE `prompt_recordings` (
	`id` text PRIMARY KEY NOT NULL,
	`survey_code` text NOT NULL,
	`lang` text NOT NULL,
	`key` text NOT NULL,
	`words` text NOT NULL,
	`hash` text NOT NULL,
	`ms` integer NOT NULL,
	`bytes` integer NOT NULL,
	`file_name` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`retired_at` integer
);
--> statement-breakpoint
CREATE INDEX `prompt_recordings_survey` ON `prompt_recordings` (`survey_code`,`lang`);--> statement-breakpoint
CREATE INDEX `prompt_recordings_hash` ON `prompt_recordings` (`hash`);--> statement-breakpoint
ALTER TABLE `campaigns` ADD `call_ins` text DEFAULT 'answer' NOT NULL;--> statement-breakpoint
ALTER TABLE `responses` ADD `excluded` text;