CREATE TABLE `attachments` (
	`id` text PRIMARY KEY NOT NULL,
	`output_id` text NOT NULL,
	`hash` text NOT NULL,
	`source_hash` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`bytes` integer NOT NULL,
	`keeps_position` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `attachments_output` ON `attachments` (`output_id`);--> statement-breakpoint
CREATE INDEX `attachments_source` ON `attachments` (`source_hash`);--> statement-breakpoint
CREATE TABLE `instrument_counts` (
	`code` text NOT NULL,
	`day` text NOT NULL,
	`scans` integer NOT NULL,
	`completes` integer NOT NULL,
	PRIMARY KEY(`code`, `day`)
);
--> statement-breakpoint
CREATE TABLE `instruments` (
	`code` text PRIMARY KEY NOT NULL,
	`unit_code` text NOT NULL,
	`kind` text NOT NULL,
	`label` text NOT NULL,
	`output_id` text,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `instruments_unit` ON `instruments` (`unit_code`);--> statement-breakpoint
CREATE TABLE `ledger_closings` (
	`unit_code` text NOT NULL,
	`month` text NOT NULL,
	`closed_at` integer NOT NULL,
	`closed_by` text NOT NULL,
	PRIMARY KEY(`unit_code`, `month`)
);
--> statement-breakpoint
CREATE TABLE `ledger_imports` (
	`id` text PRIMARY KEY NOT NULL,
	`unit_code` text NOT NULL,
	`file_name` text NOT NULL,
	`file_hash` text NOT NULL,
	`mapping` text NOT NULL,
	`rows` integer NOT NULL,
	`state` text NOT NULL,
	`imported_at` integer NOT NULL,
	`imported_by` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `ledger_imports_unit` ON `ledger_imports` (`unit_code`,`imported_at`);--> statement-breakpoint
CREATE TABLE `ledger_mappings` (
	`unit_code` text NOT NULL,
	`header_hash` text NOT NULL,
	`mapping` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`unit_code`, `header_hash`)
);
--> statement-breakpoint
CREATE TABLE `output_kinds` (
	`code` text PRIMARY KEY NOT NULL,
	`definition` text NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `output_sums` (
	`unit_code` text NOT NULL,
	`month` text NOT NULL,
	`kind` text NOT NULL,
	`what` text NOT NULL,
	`media_level` text NOT NULL,
	`place` text NOT NULL,
	`qualifier` text NOT NULL,
	`n` integer NOT NULL,
	`sum` real NOT NULL,
	PRIMARY KEY(`unit_code`, `month`, `kind`, `what`, `media_level`, `place`, `qualifier`)
);
--> statement-breakpoint
CREATE TABLE `outputs` (
	`id` text PRIMARY KEY NOT NULL,
	`client_key` text NOT NULL,
	`unit_code` text NOT NULL,
	`kind` text NOT NULL,
	`title` text NOT NULL,
	`place` text NOT NULL,
	`start_date` text NOT NULL,
	`end_date` text NOT NULL,
	`stated_period` text,
	`quantity` text NOT NULL,
	`reach` text NOT NULL,
	`media_level` text,
	`outlet` text NOT NULL,
	`link` text NOT NULL,
	`note` text NOT NULL,
	`state` text NOT NULL,
	`return_reason` text,
	`merged_into` text,
	`import_id` text,
	`correction_reason` text,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outputs_client` ON `outputs` (`client_key`);--> statement-breakpoint
CREATE INDEX `outputs_unit` ON `outputs` (`unit_code`,`start_date`,`id`);--> statement-breakpoint
CREATE INDEX `outputs_date` ON `outputs` (`start_date`,`id`);--> statement-breakpoint
CREATE INDEX `outputs_kind` ON `outputs` (`kind`,`unit_code`,`start_date`);--> statement-breakpoint
CREATE INDEX `outputs_state` ON `outputs` (`state`,`start_date`,`id`);--> statement-breakpoint
CREATE INDEX `outputs_import` ON `outputs` (`import_id`);