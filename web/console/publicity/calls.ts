import type { LedgerMapping } from '../../../src/core/publicity/columns.ts';
import type { EntryInput } from '../../../src/core/publicity/entry.ts';
import { request } from '../../shared/api.ts';
import { at, query, upload } from '../calls.ts';
import type { ImportJob, JobSource } from '../wire.ts';
import type {
  AttachmentView,
  Closing,
  DayCount,
  DuplicateProposal,
  InstrumentDetail,
  InstrumentView,
  Kind,
  LedgerImportListing,
  LedgerImportReport,
  MarkList,
  NewOutput,
  OutputEdit,
  OutputEvent,
  OutputPage,
  OutputView,
  ReachView,
  ReportView,
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
export const restoreOutput = ({ id, version }: Versioned, reason?: string): Promise<OutputView> =>
  request('POST', `/api/outputs/${at(id)}/restore`, { version, reason });

export function addAttachment(outputId: string, photo: File): Promise<unknown> {
  const form = new FormData();
  form.set('file', photo);
  return request('POST', `/api/outputs/${at(outputId)}/attachments`, form);
}

export const acceptOutputs = (ids: readonly string[]): Promise<{ accepted: number }> =>
  request('POST', '/api/outputs/accept', { ids });
export const reopenOutputs = (ids: readonly string[], reason?: string): Promise<{ reopened: number }> =>
  request('POST', '/api/outputs/reopen', { ids, reason });
export const returnOutput = ({ id, version }: Versioned, reason: string): Promise<OutputView> =>
  request('POST', `/api/outputs/${at(id)}/return`, { version, reason });
export const mergeOutputs = (id: string, into: string, reason?: string): Promise<OutputView> =>
  request('POST', `/api/outputs/${at(id)}/merge`, { into, reason });
export const listProposals = (asked: {
  unit: string;
  month: string;
}): Promise<{ proposals: readonly DuplicateProposal[] }> => request('GET', `/api/outputs/proposals${query(asked)}`);

export const judgePair = (a: string, b: string, isSame: boolean): Promise<unknown> =>
  request('POST', '/api/outputs/proposals/judge', { a, b, isSame });

export const listClosings = (asked: { unit: string; year: string }): Promise<{ closings: readonly Closing[] }> =>
  request('GET', `/api/ledger/closings${query(asked)}`);
export const closeMonth = (of: { unit: string; month: string }): Promise<unknown> =>
  request('POST', '/api/ledger/close', of);
export const reopenMonth = (of: { unit: string; month: string; reason: string }): Promise<unknown> =>
  request('POST', '/api/ledger/reopen', of);

export const readReport = (asked: Asked): Promise<ReportView> => request('GET', `/api/ledger/report${query(asked)}`);
export const readReach = (asked: Asked): Promise<ReachView> => request('GET', `/api/ledger/reach${query(asked)}`);
export const listMarks = (asked: { unit: string; month: string }): Promise<MarkList> =>
  request('GET', `/api/ledger/marks${query(asked)}`);

export const listAttachments = (outputId: string): Promise<{ attachments: readonly AttachmentView[] }> =>
  request('GET', `/api/outputs/${at(outputId)}/attachments`);
export const removeAttachment = (id: string): Promise<unknown> => request('DELETE', `/api/attachments/${at(id)}`);

export const listLedgerImports = (): Promise<{ imports: readonly LedgerImportListing[] }> =>
  request('GET', '/api/ledger/imports');
export const startLedgerImport = (
  source: { file: File | null; text: string; unit: string; reason: string; mapping: LedgerMapping | null },
  dryRun: boolean,
): Promise<ImportJob<LedgerImportReport>> => {
  const { file, text, mapping, ...rest } = source;
  const given = { ...rest, file, text: file ? null : text, mapping: mapping && JSON.stringify(mapping) };
  return request('POST', '/api/ledger/import-jobs', upload(given, dryRun));
};
/** Checks and imports that run on while somebody does something else. */
export const LEDGER_JOBS: JobSource<LedgerImportReport> = {
  name: 'of the ledger',
  list: () => request('GET', '/api/ledger/import-jobs'),
  get: (id) => request('GET', `/api/ledger/import-jobs/${at(id)}`),
  cancel: (id) => request('POST', `/api/ledger/import-jobs/${at(id)}/cancel`),
};
export const undoImport = (id: string, reason?: string): Promise<{ withdrawn: number }> =>
  request('POST', `/api/ledger/imports/${at(id)}/undo`, { reason });

export const listInstruments = (asked: Asked): Promise<{ instruments: readonly InstrumentView[] }> =>
  request('GET', `/api/instruments${query(asked)}`);
export const createInstrument = (of: { unit: string; kind: string; label: string }): Promise<InstrumentView> =>
  request('POST', '/api/instruments', of);
export const readInstrument = (code: string): Promise<InstrumentDetail> =>
  request('GET', `/api/instruments/${at(code)}`);
