ALTER TABLE `import_jobs` ADD `numbers_wave_id` text REFERENCES waves(id);--> statement-breakpoint
CREATE INDEX `import_jobs_numbers` ON `import_jobs` (`numbers_wave_id`,`started_at`);