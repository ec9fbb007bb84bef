import { createAttemptStore } from './attempts.ts';
import { createAuditStore } from './audit.ts';
import { createCampaignStore } from './campaigns.ts';
import { createCaseStore } from './cases.ts';
import type { Connection } from './connection.ts';
import { createCredentialStore } from './credentials.ts';
import { openPostgres } from './dialect/pg.ts';
import { openSqlite } from './dialect/sqlite.ts';
import { createImportJobStore } from './import-jobs.ts';
import { createImportStore } from './imports.ts';
import { createInstrumentStore } from './instruments.ts';
import { createInvitationStore } from './invitations.ts';
import { createLedgerImportStore } from './ledger-imports.ts';
import { createListeningStore } from './listenings.ts';
import { createMediaAccountStore } from './media-accounts.ts';
import { createMessageStore } from './messages.ts';
import { createNumberStore } from './numbers.ts';
import { createOutputPairStore } from './output-pairs.ts';
import { createOutputStore } from './outputs.ts';
import { createPromptStore } from './prompts.ts';
import { createQuotaStore } from './quotas.ts';
import { createRecordingStore } from './recordings.ts';
import { createResponseStore } from './responses.ts';
import { createSuppressionStore } from './suppressions.ts';
import { createSurveyStore } from './surveys.ts';
import { createTallyStore } from './tallies.ts';
import { createUnitStore } from './units.ts';
import { createUserStore } from './users.ts';
import { createWaveStore } from './waves.ts';

export type Stores = ReturnType<typeof createStores>;

/** Opens the database the settings name: a PostgreSQL address, or else the SQLite file. */
export function openConnection(place: {
  readonly databaseUrl: string | null;
  readonly file: string;
  readonly isDurable?: boolean;
}): Connection {
  const { databaseUrl, file, isDurable = true } = place;
  return databaseUrl ? openPostgres(databaseUrl) : openSqlite(file, { isDurable });
}

export function createStores({ tables }: Pick<Connection, 'tables'>) {
  return {
    units: createUnitStore(tables),
    surveys: createSurveyStore(tables),
    waves: createWaveStore(tables),
    responses: createResponseStore(tables),
    tallies: createTallyStore(tables),
    imports: createImportStore(tables),
    importJobs: createImportJobStore(tables),
    instruments: createInstrumentStore(tables),
    invitations: createInvitationStore(tables),
    users: createUserStore(tables),
    credentials: createCredentialStore(tables),
    audit: createAuditStore(tables),
    outputs: createOutputStore(tables),
    ledgerImports: createLedgerImportStore(tables),
    outputPairs: createOutputPairStore(tables),
    mediaAccounts: createMediaAccountStore(tables),
    suppressions: createSuppressionStore(tables),
    prompts: createPromptStore(tables),
    recordings: createRecordingStore(tables),
    listenings: createListeningStore(tables),
    quotas: createQuotaStore(tables),
    numbers: createNumberStore(tables),
    messages: createMessageStore(tables),
    cases: createCaseStore(tables),
    campaigns: createCampaignStore(tables),
    attempts: createAttemptStore(tables),
  };
}
