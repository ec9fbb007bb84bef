import type { Kind } from '../../../src/core/publicity/kinds.ts';
import type { NewOutput, OutputEvent, OutputService, OutputView } from '../../../src/services/outputs.ts';

/** What the ledger's endpoints take and give: the services' own types. */
export type { Kind, MediaLevel } from '../../../src/core/publicity/kinds.ts';
export type { OutputEdit, OutputView } from '../../../src/services/outputs.ts';
export type { OutputState } from '../../../src/store/ledger-tables.ts';
export type { NewOutput, OutputEvent };

export type OutputPage = Awaited<ReturnType<OutputService['listOutputs']>>;
export type DayCount = Awaited<ReturnType<OutputService['countDays']>>[number];
export type DuplicateProposal = Awaited<ReturnType<OutputService['listProposals']>>[number];
export type Closing = Awaited<ReturnType<OutputService['listClosings']>>[number];
export type KindByCode = ReadonlyMap<string, Kind>;
export type Versioned = Pick<OutputView, 'id' | 'version'>;
