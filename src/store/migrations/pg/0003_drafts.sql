DROP INDEX "responses_external";--> statement-breakpoint
DROP INDEX "responses_invitation";--> statement-breakpoint
DROP INDEX "responses_receipt";--> statement-breakpoint
ALTER TABLE "responses" ADD COLUMN "draft" json;--> statement-breakpoint
CREATE UNIQUE INDEX "responses_external" ON "responses" USING btree ("wave_id","external_id") WHERE "responses"."external_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "responses_invitation" ON "responses" USING btree ("invitation_id") WHERE "responses"."invitation_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "responses_receipt" ON "responses" USING btree ("receipt") WHERE "responses"."receipt" is not null;--> statement-breakpoint
UPDATE "responses" SET "draft" = coalesce((SELECT json_object_agg("question", "value") FROM "answers" WHERE "response_id" = "responses"."id"), '{}') WHERE "state" = 'started';--> statement-breakpoint
DELETE FROM "answers" WHERE "response_id" IN (SELECT "id" FROM "responses" WHERE "state" = 'started');
