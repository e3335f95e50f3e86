CREATE TABLE `api_tokens` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`token_hash` text NOT NULL,
	`role` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` real NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_tokens_token_hash_unique` ON `api_tokens` (`token_hash`);--> statement-breakpoint
CREATE TABLE `audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` real NOT NULL,
	`who` text NOT NULL,
	`what` text NOT NULL,
	`differences` text NOT NULL,
	`undoes` integer
);
--> statement-breakpoint
CREATE TABLE `cards` (
	`id` text PRIMARY KEY NOT NULL,
	`position` integer NOT NULL,
	`kind` text NOT NULL,
	`fxo` integer NOT NULL,
	`fxs` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `cdrs` (
	`id` integer PRIMARY KEY NOT NULL,
	`started_at` real NOT NULL,
	`answered_at` real,
	`ended_at` real,
	`direction` text NOT NULL,
	`caller_number` text NOT NULL,
	`caller_name` text NOT NULL,
	`called_number` text NOT NULL,
	`trunk` text,
	`extension` text,
	`group` text,
	`disposition` text NOT NULL,
	`cause` integer NOT NULL,
	`answer_basis` text,
	`released_by` text,
	`ring_seconds` real NOT NULL,
	`talk_seconds` real NOT NULL,
	`recording_id` text
);
--> statement-breakpoint
CREATE INDEX `cdrs_started` ON `cdrs` (`started_at`);--> statement-breakpoint
CREATE INDEX `cdrs_extension` ON `cdrs` (`extension`,`started_at`);--> statement-breakpoint
CREATE INDEX `cdrs_trunk` ON `cdrs` (`trunk`,`started_at`);--> statement-breakpoint
CREATE INDEX `cdrs_disposition` ON `cdrs` (`disposition`,`started_at`);--> statement-breakpoint
CREATE INDEX `cdrs_direction` ON `cdrs` (`direction`,`started_at`);--> statement-breakpoint
CREATE INDEX `cdrs_open` ON `cdrs` (`id`) WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX `cdrs_recording` ON `cdrs` (`recording_id`) WHERE recording_id is not null;--> statement-breakpoint
CREATE TABLE `extension_groups` (
	`extension` text NOT NULL,
	`group` text NOT NULL,
	PRIMARY KEY(`extension`, `group`),
	FOREIGN KEY (`extension`) REFERENCES `extensions`(`number`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`group`) REFERENCES `groups`(`number`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `extensions` (
	`number` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`port` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `extensions_port_unique` ON `extensions` (`port`);--> statement-breakpoint
CREATE TABLE `groups` (
	`number` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `journal` (
	`seq` integer PRIMARY KEY NOT NULL,
	`at` real NOT NULL,
	`kind` integer NOT NULL,
	`calls` text NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `journal_checkpoints` ON `journal` (`seq`) WHERE kind = 1;--> statement-breakpoint
CREATE TABLE `journal_calls` (
	`call` integer NOT NULL,
	`seq` integer NOT NULL,
	PRIMARY KEY(`call`, `seq`)
) WITHOUT ROWID; -- by hand: halves this table
--> statement-breakpoint
CREATE TABLE `login_attempts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` real NOT NULL,
	`subject` text NOT NULL,
	`succeeded` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `login_attempts_subject` ON `login_attempts` (`subject`,`at`);--> statement-breakpoint
CREATE INDEX `login_attempts_at` ON `login_attempts` (`at`);--> statement-breakpoint
CREATE TABLE `meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `recording_folders` (
	`folder` text PRIMARY KEY NOT NULL,
	`changed_at` real NOT NULL
);
--> statement-breakpoint
CREATE TABLE `recordings` (
	`id` text PRIMARY KEY NOT NULL,
	`call` integer,
	`folder` text NOT NULL,
	`state` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `recordings_folder` ON `recordings` (`folder`);--> statement-breakpoint
CREATE INDEX `recordings_open` ON `recordings` (`id`) WHERE state = 'open';--> statement-breakpoint
CREATE TABLE `sessions` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`user` text NOT NULL,
	`csrf` text NOT NULL,
	`created_at` real NOT NULL,
	`seen_at` real NOT NULL,
	`expires_at` real NOT NULL,
	`address` text NOT NULL,
	FOREIGN KEY (`user`) REFERENCES `users`(`name`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user`);--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `settings` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `trunks` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`port` text NOT NULL,
	`direct_extension` text,
	`group` text,
	`line_prefix` text NOT NULL,
	FOREIGN KEY (`direct_extension`) REFERENCES `extensions`(`number`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`group`) REFERENCES `groups`(`number`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `trunks_port_unique` ON `trunks` (`port`);--> statement-breakpoint
CREATE UNIQUE INDEX `trunks_direct_extension_unique` ON `trunks` (`direct_extension`);--> statement-breakpoint
CREATE TABLE `users` (
	`name` text PRIMARY KEY NOT NULL,
	`role` text NOT NULL,
	`password_hash` text NOT NULL,
	`extension` text,
	FOREIGN KEY (`extension`) REFERENCES `extensions`(`number`) ON UPDATE no action ON DELETE no action
);
