import type { Context } from 'hono';
import { validator } from 'hono/validator';
import type { z } from 'zod';
import { AppError } from '../core/errors.ts';

/**
 * Judges a request's body or query. It throws, so that the client's types stay those of the answer alone.
 */
export function valid<Target extends 'json' | 'query', Schema extends z.ZodType>(target: Target, schema: Schema) {
  return validator(target, (value) => judge(schema, value, target));
}

/** The body of a request, judged. What `valid` does, without a link in the chain of handlers. */
export async function readJson<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  let value: unknown;
  try {
    value = JSON.parse(await c.req.text());
  } catch {
    throw new AppError('INPUT_INVALID', { field: 'body', reason: 'JSON' });
  }
  return judge(schema, value, 'json');
}

function judge<Schema extends z.ZodType>(schema: Schema, value: unknown, target: string): z.output<Schema> {
  if (holdsNul(value)) throw new AppError('INPUT_INVALID', { field: target, reason: 'U+0000' });
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || target;
  if (issue?.code === 'too_big') throw new AppError('FIELD_TOO_LONG', { field, most: issue.maximum });
  if (issue?.code === 'too_small') throw new AppError('FIELD_EMPTY', { field });
  throw new AppError('INPUT_INVALID', { field, reason: issue?.message ?? '?' });
}

/** The one character that no text has and that PostgreSQL does not keep. */
function holdsNul(value: unknown): boolean {
  // No recursion: a document may be nested without end.
  const left: unknown[] = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one === 'string' && one.includes('\u0000')) return true;
    if (typeof one === 'object' && one !== null) for (const pair of Object.entries(one)) left.push(...pair);
  }
  return false;
}
