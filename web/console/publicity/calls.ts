import type { EntryInput } from '../../../src/core/publicity/entry.ts';
import { request } from '../../shared/api.ts';
import { at, query } from '../calls.ts';
import type {
  Closing,
  DayCount,
  DuplicateProposal,
  Kind,
  NewOutput,
  OutputEdit,
  OutputEvent,
  OutputPage,
  OutputView,
  Versioned,
} from './wire.ts';

/** Every call of the publicity ledger, one line each. */

type Asked = Readonly<Record<string, string | null | undefined>>;

export const listKinds = (): Promise<{ kinds: readonly Kind[] }> => request('GET', '/api/kinds');
export const saveKind = (kind: Kind): Promise<{ kind: Kind }> => request('POST', '/api/kinds', kind);

export const listOutputs = (asked: Asked): Promise<OutputPage> => request('GET', `/api/outputs${query(asked)}`);
export const countDays = (asked: Asked): Promise<{ days: readonly DayCount[] }> =>
  request('GET', `/api/outputs/days${query(asked)}`);
export const readOutput = (id: string): Promise<OutputView> => request('GET', `/api/outputs/${at(id)}`);
export const readHistory = (id: string): Promise<{ events: readonly OutputEvent[] }> =>
  request('GET', `/api/outputs/${at(id)}/history`);

export const addOutput = (entry: NewOutput & { readonly reason?: string | undefined }): Promise<OutputView> =>
  request('POST', '/api/outputs', entry);
export const changeOutput = (
  { id, version }: Versioned,
  entry: EntryInput & { readonly reason?: string | undefined },
): Promise<OutputView> => request('PUT', `/api/outputs/${at(id)}`, { ...entry, version });
export const editOutputs = (
  ids: readonly string[],
  change: OutputEdit,
  reason?: string,
): Promise<{ outputs: readonly OutputView[] }> => request('POST', '/api/outputs/bulk', { ids, change, reason });
export const withdrawOutput = ({ id, version }: Versioned, reason: string): Promise<OutputView> =>
  request('POST', `/api/outputs/${at(id)}/withdraw`, { version, reason });
export const restoreOutput = ({ id, version }: Versioned): Promise<OutputView> =>
  request('POST', `/api/outputs/${at(id)}/restore`, { version });

export function addAttachment(outputId: string, photo: File): Promise<unknown> {
  const form = new FormData();
  form.set('file', photo);
  return request('POST', `/api/outputs/${at(outputId)}/attachments`, form);
}

export const acceptOutputs = (ids: readonly string[]): Promise<{ accepted: number }> =>
  request('POST', '/api/outputs/accept', { ids });
export const reopenOutputs = (ids: readonly string[]): Promise<{ reopened: number }> =>
  request('POST', '/api/outputs/reopen', { ids });
export const returnOutput = ({ id, version }: Versioned, reason: string): Promise<OutputView> =>
  request('POST', `/api/outputs/${at(id)}/return`, { version, reason });
export const mergeOutputs = (id: string, into: string): Promise<OutputView> =>
  request('POST', `/api/outputs/${at(id)}/merge`, { into });
export const listProposals = (asked: {
  unit: string;
  month: string;
}): Promise<{ proposals: readonly DuplicateProposal[] }> => request('GET', `/api/outputs/proposals${query(asked)}`);

export const listClosings = (asked: { unit: string; year: string }): Promise<{ closings: readonly Closing[] }> =>
  request('GET', `/api/ledger/closings${query(asked)}`);
export const closeMonth = (of: { unit: string; month: string }): Promise<unknown> =>
  request('POST', '/api/ledger/close', of);
export const reopenMonth = (of: { unit: string; month: string; reason: string }): Promise<unknown> =>
  request('POST', '/api/ledger/reopen', of);
