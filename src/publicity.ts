import { createAttachmentService } from './services/attachments.ts';
import type { Deps } from './services/deps.ts';
import type { ImportJobs } from './services/import-jobs.ts';
import { createInstrumentService } from './services/instruments.ts';
import { createKindService } from './services/kinds.ts';
import { createLedgerImportJobs } from './services/ledger-import-jobs.ts';
import { createLedgerImportService } from './services/ledger-imports.ts';
import { createMarkService } from './services/ledger-marks.ts';
import { createLedgerReportService } from './services/ledger-reports.ts';
import { createMediaAccountService } from './services/media-accounts.ts';
import { createOutputService } from './services/outputs.ts';
import { createReachService } from './services/reach.ts';
import type { ResultService } from './services/results.ts';

/** The publicity side of the composition root. */
export function composePublicity(
  deps: Deps & {
    readonly results: ResultService;
    readonly jobs: ImportJobs;
    readonly dataDir: string;
    readonly baseUrl: string;
    readonly onFailure: (error: unknown) => void;
  },
) {
  const kinds = createKindService(deps);
  const accounts = createMediaAccountService(deps);
  const outputs = createOutputService({ ...deps, kinds });
  const imports = createLedgerImportService({ ...deps, kinds });
  return {
    kinds,
    outputs,
    accounts,
    imports,
    importJobs: createLedgerImportJobs({ ...deps, imports }),
    attachments: createAttachmentService(deps),
    instruments: createInstrumentService({ ...deps, kinds }),
    reports: createLedgerReportService({ ...deps, kinds, outputs }),
    reach: createReachService({ ...deps, kinds }),
    marks: createMarkService({ ...deps, kinds, accounts }),
  };
}
