import { createAttachmentService } from './services/attachments.ts';
import type { Deps } from './services/deps.ts';
import { createInstrumentService } from './services/instruments.ts';
import { createKindService } from './services/kinds.ts';
import { createLedgerImportService } from './services/ledger-imports.ts';
import { createLedgerReportService } from './services/ledger-reports.ts';
import { createOutputService } from './services/outputs.ts';
import { createReachService } from './services/reach.ts';
import type { ResultService } from './services/results.ts';

/** The publicity side of the composition root. */
export function composePublicity(
  deps: Deps & {
    readonly results: ResultService;
    readonly dataDir: string;
    readonly baseUrl: string;
    readonly onFailure: (error: unknown) => void;
  },
) {
  const kinds = createKindService(deps);
  const outputs = createOutputService({ ...deps, kinds });
  return {
    kinds,
    outputs,
    imports: createLedgerImportService({ ...deps, kinds, outputs }),
    attachments: createAttachmentService(deps),
    instruments: createInstrumentService({ ...deps, kinds }),
    reports: createLedgerReportService({ ...deps, kinds, outputs }),
    reach: createReachService({ ...deps, kinds }),
  };
}
