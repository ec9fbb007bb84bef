CREATE TABLE `attempt_events` (
	`attempt_id` text NOT NULL,
	`dedupe` text NOT NULL,
	`seq` integer,
	`kind` text NOT NULL,
	`at` integer NOT NULL,
	`received_at` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`attempt_id`, `dedupe`),
	FOREIGN KEY (`attempt_id`) REFERENCES `attempts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `attempts` (
	`id` text PRIMARY KEY NOT NULL,
	`case_id` text NOT NULL,
	`wave_id` text NOT NULL,
	`unit_code` text NOT NULL,
	`seq` integer NOT NULL,
	`mode` text NOT NULL,
	`direction` text NOT NULL,
	`carrier` text NOT NULL,
	`provider_call_id` text,
	`state` text NOT NULL,
	`number_rank` integer NOT NULL,
	`slot` text NOT NULL,
	`interviewer_id` text,
	`asked_at` integer NOT NULL,
	`answered_at` integer,
	`ended_at` integer,
	`sip` integer,
	`error_code` text,
	`disposition` text,
	`answered_by` text,
	`note` text,
	`duration_ms` integer,
	FOREIGN KEY (`case_id`) REFERENCES `cases`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `attempts_case` ON `attempts` (`case_id`,`seq`);--> statement-breakpoint
CREATE UNIQUE INDEX `attempts_provider` ON `attempts` (`provider_call_id`) WHERE "attempts"."provider_call_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `attempts_live` ON `attempts` (`case_id`) WHERE "attempts"."ended_at" is null;--> statement-breakpoint
CREATE INDEX `attempts_wave` ON `attempts` (`wave_id`,`state`);--> statement-breakpoint
CREATE INDEX `attempts_asked` ON `attempts` (`wave_id`,`asked_at`);--> statement-breakpoint
CREATE TABLE `campaigns` (
	`wave_id` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`carrier` text NOT NULL,
	`modes` text NOT NULL,
	`rules` text NOT NULL,
	`target_per_town` integer,
	`lines` integer NOT NULL,
	`calls_per_second` real NOT NULL,
	`caller_id` text,
	`consent_text` text NOT NULL,
	`recording` integer NOT NULL,
	`review_share` real NOT NULL,
	`pause_reason` text,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	FOREIGN KEY (`wave_id`) REFERENCES `waves`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `carrier_states` (
	`carrier` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`until` integer,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `case_numbers` (
	`case_id` text NOT NULL,
	`rank` integer NOT NULL,
	`wave_id` text NOT NULL,
	`number_hash` text NOT NULL,
	`cipher` text,
	`state` text NOT NULL,
	`delete_after` integer,
	PRIMARY KEY(`case_id`, `rank`),
	FOREIGN KEY (`case_id`) REFERENCES `cases`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `case_numbers_wave` ON `case_numbers` (`wave_id`,`number_hash`);--> statement-breakpoint
CREATE INDEX `case_numbers_hash` ON `case_numbers` (`number_hash`);--> statement-breakpoint
CREATE INDEX `case_numbers_delete` ON `case_numbers` (`delete_after`) WHERE "case_numbers"."delete_after" is not null;--> statement-breakpoint
CREATE TABLE `cases` (
	`id` text PRIMARY KEY NOT NULL,
	`wave_id` text NOT NULL,
	`unit_code` text NOT NULL,
	`seq` integer NOT NULL,
	`origin` text NOT NULL,
	`mode` text NOT NULL,
	`state` text NOT NULL,
	`disposition` text,
	`due_at` integer NOT NULL,
	`priority` integer NOT NULL,
	`lease_token` text,
	`lease_by` text,
	`lease_until` integer,
	`version` integer NOT NULL,
	`attempts` integer NOT NULL,
	`slot_attempts` text NOT NULL,
	`refusals` integer NOT NULL,
	`ever_eligible` integer NOT NULL,
	`assigned_to` text,
	`appointment_start` integer,
	`appointment_end` integer,
	`appointment_for` text,
	`appointment_kind` text,
	`hold_reason` text,
	`over_quota` integer NOT NULL,
	`invitation_id` text NOT NULL,
	`access_code` text,
	`sex` text NOT NULL,
	`age_band` text NOT NULL,
	`last_attempt_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`wave_id`) REFERENCES `waves`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`invitation_id`) REFERENCES `invitations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `cases_due` ON `cases` (`wave_id`,`state`,`due_at`);--> statement-breakpoint
CREATE INDEX `cases_unit` ON `cases` (`wave_id`,`unit_code`);--> statement-breakpoint
CREATE INDEX `cases_lease` ON `cases` (`lease_by`) WHERE "cases"."lease_by" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `cases_invitation` ON `cases` (`invitation_id`);--> statement-breakpoint
CREATE INDEX `cases_access` ON `cases` (`access_code`) WHERE "cases"."access_code" is not null;--> statement-breakpoint
CREATE TABLE `consents` (
	`id` text PRIMARY KEY NOT NULL,
	`attempt_id` text NOT NULL,
	`case_id` text NOT NULL,
	`kind` text NOT NULL,
	`given` integer NOT NULL,
	`at` integer NOT NULL,
	`script_version` text NOT NULL,
	`lang` text NOT NULL,
	FOREIGN KEY (`attempt_id`) REFERENCES `attempts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `consents_attempt` ON `consents` (`attempt_id`);--> statement-breakpoint
CREATE TABLE `desks` (
	`user_id` text PRIMARY KEY NOT NULL,
	`wave_id` text,
	`break_since` integer,
	`seen_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `keypad_sessions` (
	`case_id` text PRIMARY KEY NOT NULL,
	`session` text NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`case_id`) REFERENCES `cases`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `messages` (
	`id` text PRIMARY KEY NOT NULL,
	`case_id` text NOT NULL,
	`attempt_id` text,
	`provider_id` text,
	`template` text NOT NULL,
	`status` text NOT NULL,
	`statuses` text NOT NULL,
	`at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`case_id`) REFERENCES `cases`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `messages_case` ON `messages` (`case_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `messages_provider` ON `messages` (`provider_id`) WHERE "messages"."provider_id" is not null;--> statement-breakpoint
CREATE TABLE `quota_cells` (
	`wave_id` text NOT NULL,
	`unit_code` text NOT NULL,
	`sex` text NOT NULL,
	`age_band` text NOT NULL,
	`target` integer NOT NULL,
	`completes` integer NOT NULL,
	PRIMARY KEY(`wave_id`, `unit_code`, `sex`, `age_band`),
	FOREIGN KEY (`wave_id`) REFERENCES `waves`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `recordings` (
	`id` text PRIMARY KEY NOT NULL,
	`attempt_id` text NOT NULL,
	`case_id` text NOT NULL,
	`wave_id` text NOT NULL,
	`unit_code` text NOT NULL,
	`interviewer_id` text,
	`file` text,
	`seconds` integer NOT NULL,
	`created_at` integer NOT NULL,
	`delete_at` integer NOT NULL,
	`deleted_at` integer,
	FOREIGN KEY (`attempt_id`) REFERENCES `attempts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `recordings_attempt` ON `recordings` (`attempt_id`);--> statement-breakpoint
CREATE INDEX `recordings_delete` ON `recordings` (`delete_at`) WHERE "recordings"."deleted_at" is null;--> statement-breakpoint
CREATE TABLE `reviews` (
	`id` text PRIMARY KEY NOT NULL,
	`attempt_id` text NOT NULL,
	`case_id` text NOT NULL,
	`wave_id` text NOT NULL,
	`unit_code` text NOT NULL,
	`interviewer_id` text,
	`reason` text NOT NULL,
	`state` text NOT NULL,
	`reviewer_id` text,
	`coded` text,
	`agreement` real,
	`note` text,
	`created_at` integer NOT NULL,
	`done_at` integer,
	FOREIGN KEY (`attempt_id`) REFERENCES `attempts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `reviews_attempt` ON `reviews` (`attempt_id`);--> statement-breakpoint
CREATE INDEX `reviews_wave` ON `reviews` (`wave_id`,`state`);--> statement-breakpoint
CREATE TABLE `suppressions` (
	`number_hash` text PRIMARY KEY NOT NULL,
	`reason` text NOT NULL,
	`source` text NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `webhooks_seen` (
	`key` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `webhooks_seen_at` ON `webhooks_seen` (`at`);