import type { Kind } from '../../../src/core/publicity/kinds.ts';
import type { InstrumentService } from '../../../src/services/instruments.ts';
import type { LedgerImportService } from '../../../src/services/ledger-imports.ts';
import type { OutputEvent } from '../../../src/services/output-lists.ts';
import type { OutputView } from '../../../src/services/output-rows.ts';
import type { NewOutput, OutputService } from '../../../src/services/outputs.ts';

/** What the ledger's endpoints take and give: the services' own types. */
export type { Kind } from '../../../src/core/publicity/kinds.ts';
export type { OutputEdit } from '../../../src/services/outputs.ts';
export type { OutputState } from '../../../src/store/ledger-tables.ts';
export type { NewOutput, OutputEvent, OutputView };

export type OutputPage = Awaited<ReturnType<OutputService['listOutputs']>>;
export type DayCount = Awaited<ReturnType<OutputService['countDays']>>[number];
export type DuplicateProposal = Awaited<ReturnType<OutputService['listProposals']>>[number];
export type Closing = Awaited<ReturnType<OutputService['listClosings']>>[number];
export type KindByCode = ReadonlyMap<string, Kind>;
export type Versioned = Pick<OutputView, 'id' | 'version'>;

export type { TownBeside } from '../../../src/core/publicity/beside.ts';
export type { Amount, ReportLine, ReportRow } from '../../../src/core/publicity/report.ts';
export type { AttachmentView } from '../../../src/services/attachments.ts';
export type { InstrumentView } from '../../../src/services/instruments.ts';
export type { LedgerImportReport, PreviewRow } from '../../../src/services/ledger-imports.ts';
export type { MarkList } from '../../../src/services/ledger-marks.ts';
export type { ReportView } from '../../../src/services/ledger-reports.ts';
export type { MediaAccountView } from '../../../src/services/media-accounts.ts';
export type { ChannelBeside, Effort, ReachView } from '../../../src/services/reach.ts';
export type InstrumentDetail = Awaited<ReturnType<InstrumentService['readInstrument']>>;
export type LedgerImportListing = Awaited<ReturnType<LedgerImportService['listImports']>>[number];
