CREATE TABLE "media_accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"unit_code" text NOT NULL,
	"platform" text NOT NULL,
	"name" text NOT NULL,
	"aliases" json NOT NULL,
	"ended_on" text,
	"version" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	"updated_at" bigint NOT NULL,
	"updated_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "media_followers" (
	"account_id" text NOT NULL,
	"day" text NOT NULL,
	"quantity" json NOT NULL,
	"noted_at" bigint NOT NULL,
	"noted_by" text NOT NULL,
	CONSTRAINT "media_followers_account_id_day_pk" PRIMARY KEY("account_id","day")
);
--> statement-breakpoint
CREATE TABLE "output_pairs" (
	"a" text NOT NULL,
	"b" text NOT NULL,
	"judged_at" bigint NOT NULL,
	"judged_by" text NOT NULL,
	CONSTRAINT "output_pairs_a_b_pk" PRIMARY KEY("a","b")
);
--> statement-breakpoint
ALTER TABLE "outputs" ADD COLUMN "own_level" text;--> statement-breakpoint
ALTER TABLE "outputs" ADD COLUMN "state_before" text;--> statement-breakpoint
ALTER TABLE "units" ADD COLUMN "villages" bigint;--> statement-breakpoint
CREATE INDEX "media_accounts_unit" ON "media_accounts" USING btree ("unit_code");--> statement-breakpoint
UPDATE "outputs" SET "own_level" = "media_level";--> statement-breakpoint
UPDATE "outputs" SET "own_level" = "raised"."own" FROM (
	SELECT "details"->>'into' AS "into", "details"->'raised'->>'from' AS "own",
		row_number() OVER (PARTITION BY "details"->>'into' ORDER BY "at", "audit"."id") AS "nth"
	FROM "audit" JOIN "outputs" AS "gone" ON "gone"."id" = "object_id" AND "gone"."state" = 'merged' AND "gone"."merged_into" = "details"->>'into'
	WHERE "action" = 'output.merge' AND json_typeof("details"->'raised') = 'object'
) AS "raised" WHERE "raised"."into" = "outputs"."id" AND "raised"."nth" = 1;--> statement-breakpoint
UPDATE "outputs" SET "state_before" = coalesce((
	SELECT "details"->'before'->>'state' FROM "audit"
	WHERE "object_type" = 'output' AND "object_id" = "outputs"."id" AND "action" IN ('output.merge', 'output.withdraw')
	ORDER BY "at" DESC, "id" DESC LIMIT 1
), 'submitted') WHERE "state" IN ('merged', 'withdrawn') AND "version" > 1;--> statement-breakpoint
INSERT INTO "output_pairs" SELECT split_part("object_id", ' ', 1), split_part("object_id", ' ', 2), "at", "actor_id" FROM (
	SELECT *, row_number() OVER (PARTITION BY "object_id" ORDER BY "at" DESC, "id" DESC) AS "nth" FROM "audit" WHERE "object_type" = 'output-pair'
) AS "judged" WHERE "nth" = 1 AND "action" = 'output.apart';
