import { ApiError } from '../shared/api.ts';
import { getSession } from './calls.ts';
import { findCopy, forgetCopies, keepCopy } from './publicity/copies.ts';
import type { Session, SessionUser } from './wire.ts';

const WHO = 'session';

export interface KnownSession extends Session {
  /** Remembered from the last time: the server cannot be asked now. */
  readonly isRemembered: boolean;
}

/**
 * Who is there. Whoever enters outputs is remembered on the device, without a name, so that entering goes on without a
 * network; the server asks again before it takes anything. Signing out forgets, and so does another account.
 */
export async function readSession(): Promise<KnownSession> {
  try {
    const session = await getSession();
    await remember(session.user);
    return { ...session, isRemembered: false };
  } catch (error) {
    const copy = error instanceof ApiError && error.code === null ? await findCopy(WHO) : null;
    if (!copy) throw error;
    return { user: copy.data as SessionUser, demo: null, isRemembered: true };
  }
}

async function remember(user: SessionUser | null): Promise<void> {
  const before = (await findCopy(WHO))?.data as SessionUser | undefined;
  if (before && before.id !== user?.id) await forgetCopies();
  if (user?.permissions.includes('output.write')) await keepCopy(WHO, { ...user, name: '', username: '' });
}
