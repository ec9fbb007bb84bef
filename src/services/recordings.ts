import { type FileHandle, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { AppError } from '../core/errors.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { RecordingRow } from '../store/recordings.ts';
import type { CarrierEvent, PhoneCarrier } from '../telephony/carrier.ts';
import { type Actor, requirePermission, requireScope } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import { findUnit } from './units.ts';

const DAY_MS = 86_400_000;

type RecordingEvent = Extract<CarrierEvent, { t: 'recording' }>;

export type RecordingService = ReturnType<typeof createRecordingService>;

/**
 * Recordings of calls. Nothing is kept without a recorded consent; files have random names, lie apart from the answers
 * and go on schedule.
 */
export function createRecordingService(
  deps: Deps & {
    readonly dataDir: string;
    readonly keepDays: number;
    readonly carrierNamed: (name: string) => PhoneCarrier | null;
  },
) {
  const { connection, stores, clock, newId, dataDir, keepDays, carrierNamed } = deps;
  const folder = join(dataDir, 'recordings');

  /** Whoever takes the consent back has it taken back: the last word counts, also after the recording was made. */
  async function mayKeep(db: Reader, attemptId: string): Promise<boolean> {
    const consents = await stores.attempts.listConsents(db, attemptId);
    return consents.findLast(({ kind }) => kind === 'recording')?.given === true;
  }

  return {
    /**
     * Notes a recording that the carrier has finished; it is fetched later. One that nobody agreed to is noted as deleted,
     * so that the carrier is told to delete it until it has.
     */
    async note(tx: Writer, attempt: AttemptRow, event: RecordingEvent): Promise<void> {
      if (event.status !== 'completed') return;
      const { id: attemptId, caseId, waveId, unitCode, interviewerId } = attempt;
      const now = clock();
      const kept = (await mayKeep(tx, attempt.id))
        ? { deleteAt: now + keepDays * DAY_MS, deletedAt: null }
        : { deleteAt: now, deletedAt: now };
      await stores.recordings.insert(tx, {
        ...{ id: event.recordingId, attemptId, caseId, waveId, unitCode, interviewerId, ...kept },
        ...{ file: null, seconds: event.seconds, createdAt: now, clearedAt: null },
      });
    },

    /** Fetches recordings from the carriers into the data folder. Says how many. */
    async fetchNew(): Promise<number> {
      let fetched = 0;
      for (const row of await stores.recordings.listToFetch(connection.reader)) {
        const attempt = await stores.attempts.find(connection.reader, row.attemptId);
        const carrier = attempt && carrierNamed(attempt.carrier);
        if (!carrier) continue;
        try {
          const bytes = await carrier.fetchRecording(row.id);
          const file = `${newId()}.wav`;
          await mkdir(folder, { recursive: true, mode: 0o700 });
          await writeFile(join(folder, file), bytes, { mode: 0o600, flag: 'wx' });
          await connection.transaction((tx) => stores.recordings.update(tx, row.id, { file }));
          fetched += 1;
        } catch {
          // The carrier may be down for a while: the next tick asks again.
        }
      }
      return fetched;
    },

    /**
     * Takes off the carriers' disks what lies here, or is not to lie anywhere: fetched, expired before it could be, or never
     * agreed to. What a carrier does not delete now is asked for again. Says how many are gone.
     */
    async clearCarriers(): Promise<number> {
      let cleared = 0;
      for (const row of await stores.recordings.listToClear(connection.reader)) {
        const attempt = await stores.attempts.find(connection.reader, row.attemptId);
        const carrier = attempt && carrierNamed(attempt.carrier);
        if (!carrier) continue;
        try {
          await carrier.deleteRecording(row.id);
          await connection.transaction((tx) => stores.recordings.update(tx, row.id, { clearedAt: clock() }));
          cleared += 1;
        } catch {
          // The carrier may be down for a while: the next tick asks again.
        }
      }
      return cleared;
    },

    /** The sound of a recording, for somebody who may listen; who did is in the audit log. */
    async open(
      actor: Actor,
      id: string,
    ): Promise<{
      readonly type: string;
      readonly seconds: number;
      readonly bytes: number;
      readonly stream: ReadableStream;
    }> {
      requirePermission(actor, 'recording.listen');
      const row = await stores.recordings.find(connection.reader, id);
      if (!row) throw new AppError('NOT_FOUND', { what: 'recording', id });
      requireScope(actor, await findUnit(deps, row.unitCode));
      const isThere = row.deletedAt === null && row.file !== null && (await mayKeep(connection.reader, row.attemptId));
      const file = isThere ? await openFile(join(folder, row.file ?? '')) : null;
      if (!file) throw new AppError('RECORDING_GONE', { id });
      await connection.transaction((tx) =>
        recordAudit(deps, tx, actor, {
          action: 'recording.listen',
          objectType: 'recording',
          objectId: id,
          unitCode: row.unitCode,
        }),
      );
      const { size: bytes } = await file.stat();
      const stream = Readable.toWeb(file.createReadStream()) as ReadableStream;
      return { type: 'audio/wav', seconds: row.seconds, bytes, stream };
    },

    /** The respondent does not want to be recorded after all: what there is of the call goes with the next tick. */
    async withdraw(tx: Writer, attemptId: string): Promise<void> {
      for (const row of await stores.recordings.listOfAttempt(tx, attemptId)) {
        if (row.deletedAt === null) await stores.recordings.update(tx, row.id, { deleteAt: clock() });
      }
    },

    /** The recordings of a call, without the names of their files. */
    async listOfAttempt(
      attemptId: string,
    ): Promise<Pick<RecordingRow, 'id' | 'seconds' | 'createdAt' | 'deletedAt'>[]> {
      return (await stores.recordings.listOfAttempt(connection.reader, attemptId)).map(
        ({ id, seconds, createdAt, deletedAt }) => ({ id, seconds, createdAt, deletedAt }),
      );
    },

    /** Deletes what has been kept long enough. Says how many. */
    async deleteExpired(): Promise<number> {
      const expired = await stores.recordings.listToDelete(connection.reader, clock());
      for (const { id, file } of expired) {
        // First the sound, then the note of it: should we stop in between, the next tick finds nothing left to delete.
        if (file !== null) await rm(join(folder, file), { force: true });
        await connection.transaction((tx) => stores.recordings.update(tx, id, { file: null, deletedAt: clock() }));
      }
      return expired.length;
    },
  };
}

/** The file, or null when it is not there any more: its note may outlive it in a copy of the database. */
async function openFile(path: string): Promise<FileHandle | null> {
  try {
    return await open(path);
  } catch {
    return null;
  }
}
