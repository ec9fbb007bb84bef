import { validator } from 'hono/validator';
import type { z } from 'zod';
import { AppError } from '../core/errors.ts';

/**
 * Judges a request's body or query. It throws, so that the client's types stay those of the answer alone.
 */
export function valid<Target extends 'json' | 'query', Schema extends z.ZodType>(target: Target, schema: Schema) {
  return validator(target, (value): z.output<Schema> => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new AppError('INPUT_INVALID', { field: issue?.path.join('.') || target, reason: issue?.message ?? '?' });
  });
}
