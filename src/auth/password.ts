import { hashPassword as hash } from 'better-auth/crypto';
import { AppError } from '../core/errors.ts';

export { verifyPassword } from 'better-auth/crypto';

export const LEAST_PASSWORD_LENGTH = 10;
export const MOST_PASSWORD_LENGTH = 128;

/** The hash to store (scrypt with a salt of its own, off the event loop); refuses a password that is too short or too long. */
export async function hashPassword(password: string): Promise<string> {
  if ([...password].length < LEAST_PASSWORD_LENGTH)
    throw new AppError('PASSWORD_TOO_SHORT', { least: LEAST_PASSWORD_LENGTH });
  if (password.length > MOST_PASSWORD_LENGTH) throw new AppError('PASSWORD_TOO_LONG', { most: MOST_PASSWORD_LENGTH });
  return hash(password);
}
