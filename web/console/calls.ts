import { request } from '../shared/api.ts';
import type {
  Account,
  AuditRow,
  ImportJob,
  ImportJobListing,
  ImportListed,
  ImportReport,
  InvitationsMade,
  LinkView,
  MarginsReport,
  MarginsView,
  NewWave,
  PublishReport,
  ResultsView,
  Role,
  Session,
  SurveyListed,
  SurveyView,
  UnitImportReport,
  UnitView,
  WaveChange,
  WaveView,
} from './wire.ts';

/** Every call of the console, one line each: the pages know no paths. */

export const query = (values: Readonly<Record<string, string | null | undefined>>): string => {
  const given = Object.entries(values).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return given.length > 0 ? `?${new URLSearchParams(given)}` : '';
};
export const at = (code: string): string => encodeURIComponent(code);

export function upload(files: Readonly<Record<string, File | string | null>>, dryRun: boolean): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(files)) if (value) form.set(name, value);
  form.set('dryRun', dryRun ? 'yes' : 'no');
  return form;
}

export const getSession = (): Promise<Session> => request('GET', '/api/session');
export const signIn = (username: string, password: string): Promise<unknown> =>
  request('POST', '/api/auth/sign-in/username', { username, password });
export const signOut = (): Promise<unknown> => request('POST', '/api/auth/sign-out', {});
export const changePassword = (currentPassword: string, newPassword: string): Promise<unknown> =>
  request('POST', '/api/auth/change-password', { currentPassword, newPassword });
export const describeLink = (token: string): Promise<{ username: string; name: string }> =>
  request('POST', '/api/sign-in-links/describe', { token });
export const redeemLink = (token: string, password: string): Promise<{ username: string }> =>
  request('POST', '/api/sign-in-links/redeem', { token, password });

export const listWaves = (): Promise<{ waves: readonly WaveView[] }> => request('GET', '/api/waves');
export const createWave = (wave: NewWave): Promise<WaveView> => request('POST', '/api/waves', wave);
export const editWave = (code: string, change: WaveChange): Promise<WaveView> =>
  request('PATCH', `/api/waves/${at(code)}`, change);
export const deleteWave = (code: string): Promise<unknown> => request('DELETE', `/api/waves/${at(code)}`);
export const openWave = (code: string): Promise<WaveView> => request('POST', `/api/waves/${at(code)}/open`);
export const closeWave = (code: string): Promise<WaveView> => request('POST', `/api/waves/${at(code)}/close`);

export const getResults = (of: { wave: string; unit: string | null; by: string | null }): Promise<ResultsView> =>
  request('GET', `/api/results${query(of)}`);

export const listUnits = (): Promise<{ units: readonly UnitView[] }> => request('GET', '/api/units');
export const importUnits = (
  files: { units: File; populations: File | null },
  dryRun: boolean,
): Promise<UnitImportReport> => request('POST', '/api/units/import', upload(files, dryRun));

export const listSurveys = (): Promise<{ surveys: readonly SurveyListed[] }> => request('GET', '/api/surveys');
export const getSurvey = (code: string, version: string | null): Promise<SurveyView> =>
  request('GET', `/api/surveys/${at(code)}${query({ version })}`);
export const publishSurvey = (definition: unknown, indicators: unknown, dryRun: boolean): Promise<PublishReport> =>
  request('POST', '/api/surveys', { definition, indicators, dryRun });

export const startImport = (
  wave: string,
  files: { file: File; mapping: string | null },
  dryRun: boolean,
): Promise<ImportJob<ImportReport>> => request('POST', `/api/waves/${at(wave)}/import-jobs`, upload(files, dryRun));
export const getImportJob = (wave: string, id: string): Promise<ImportJob<ImportReport>> =>
  request('GET', `/api/waves/${at(wave)}/import-jobs/${at(id)}`);
export const cancelImportJob = (wave: string, id: string): Promise<ImportJob<ImportReport>> =>
  request('POST', `/api/waves/${at(wave)}/import-jobs/${at(id)}/cancel`);
export const listImportJobs = (wave: string): Promise<{ jobs: readonly ImportJobListing[] }> =>
  request('GET', `/api/waves/${at(wave)}/import-jobs`);
export const listImports = (wave: string): Promise<{ imports: readonly ImportListed[] }> =>
  request('GET', `/api/waves/${at(wave)}/imports`);
export const getMargins = (wave: string): Promise<{ margins: MarginsView | null }> =>
  request('GET', `/api/waves/${at(wave)}/margins`);
export const setMargins = (
  wave: string,
  order: { file: File; method: string; collapse: boolean },
): Promise<MarginsReport> =>
  request(
    'POST',
    `/api/waves/${at(wave)}/margins`,
    upload({ file: order.file, method: order.method, collapse: order.collapse ? 'yes' : null }, false),
  );
export const removeMargins = (wave: string): Promise<unknown> => request('DELETE', `/api/waves/${at(wave)}/margins`);
export const listLinks = (wave: string): Promise<{ links: readonly LinkView[] }> =>
  request('GET', `/api/waves/${at(wave)}/links`);
export const createInvitations = (
  wave: string,
  order: { unit: string; count: number; validUntil: string },
): Promise<InvitationsMade> => request('POST', `/api/waves/${at(wave)}/invitations`, order);

export const listAccounts = (): Promise<{ accounts: readonly Account[] }> => request('GET', '/api/accounts');
export const createAccount = (account: {
  username: string;
  name: string;
  role: Role;
  unitCode: string;
}): Promise<{ account: Account; link: string | null }> => request('POST', '/api/accounts', account);
export const updateAccount = (
  id: string,
  change: { name?: string; role?: Role; unitCode?: string; disabled?: boolean },
): Promise<unknown> => request('PATCH', `/api/accounts/${at(id)}`, change);
export const resetAccount = (id: string): Promise<{ link: string }> => request('POST', `/api/accounts/${at(id)}/reset`);

export const listAudit = (of: {
  before: string | null;
  action: string | null;
}): Promise<{ rows: readonly AuditRow[]; next: string | null }> => request('GET', `/api/audit${query(of)}`);
