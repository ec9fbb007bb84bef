import { request } from '../../shared/api.ts';
import { at, query, upload } from '../calls.ts';
import type { ImportJob, JobSource } from '../wire.ts';
import type {
  BoardView,
  CampaignSetup,
  CampaignView,
  CaseView,
  KeptAnswers,
  ListeningView,
  NumberDraw,
  NumberReport,
  QuotaCell,
  ReviewListed,
  ReviewView,
  SuppressionReport,
  SuppressionView,
} from './wire.ts';

const phone = (wave: string, rest = ''): string => `/api/waves/${at(wave)}/phone${rest}`;

export const getCampaign = (wave: string): Promise<CampaignView> => request('GET', phone(wave));
export const saveCampaign = (wave: string, setup: Partial<CampaignSetup>): Promise<CampaignView> =>
  request('PUT', phone(wave), setup);
export const startCampaign = (wave: string): Promise<CampaignView> => request('POST', phone(wave, '/start'));
export const resumeCampaign = (wave: string): Promise<CampaignView> => request('POST', phone(wave, '/resume'));
export const pauseCampaign = (wave: string, reason: string): Promise<CampaignView> =>
  request('POST', phone(wave, '/pause'), { reason });
export const getBoard = (wave: string): Promise<BoardView> => request('GET', phone(wave, '/board'));

export const startNumbers = (
  wave: string,
  order: { file: File; months: string; areaCode: string; mode: string | null },
  dryRun: boolean,
): Promise<ImportJob<NumberReport>> => {
  // What the check found is on the screen when somebody confirms: the rows that cannot be used are left out then.
  const accept = dryRun ? null : 'yes';
  return request('POST', phone(wave, '/number-jobs'), upload({ ...order, accept }, dryRun));
};
export const startDraw = (order: NumberDraw): Promise<ImportJob<NumberReport>> => {
  const { wave, ...draw } = order;
  return request('POST', phone(wave, '/number-jobs/draw'), draw);
};
/** Lists, draws and checks of a wave; what they have written stays when they are ended. */
export const numberJobs = (wave: string): JobSource<NumberReport> => ({
  name: `numbers ${wave}`,
  keepsRows: true,
  list: () => request('GET', phone(wave, '/number-jobs')),
  get: (id) => request('GET', phone(wave, `/number-jobs/${at(id)}`)),
  cancel: (id) => request('POST', phone(wave, `/number-jobs/${at(id)}/cancel`)),
});
export const saveQuotas = (
  wave: string,
  cells: readonly Omit<QuotaCell, 'completes'>[],
): Promise<{ quotas: readonly QuotaCell[] }> => request('PUT', phone(wave, '/quotas'), { cells });

export const listCases = (
  wave: string,
  of: { state: string | null; unit: string | null; interviewer: string | null; before: string | null },
): Promise<{ cases: readonly CaseView[]; next: string | null }> =>
  request('GET', `${phone(wave, '/cases')}${query(of)}`);
export type CaseAction = 'reopen' | 'reassign' | 'release' | 'recode' | 'hold' | 'unhold';
export const changeCase = (
  id: string,
  action: CaseAction,
  order: { reason: string; to?: string | null; disposition?: string; answers?: KeptAnswers },
): Promise<CaseView> => request('POST', `/api/cases/${at(id)}/${action}`, order);

export const listenToCall = (attempt: string, number: string): Promise<ListeningView> =>
  request('POST', `/api/calls/${at(attempt)}/listen`, { number });
export const leaveCall = (id: string): Promise<unknown> => request('POST', `/api/listenings/${at(id)}/leave`, {});

export const listSuppressions = (
  before: string | null,
): Promise<{ total: number; entries: readonly SuppressionView[]; next: string | null }> =>
  request('GET', `/api/suppressions${query({ before })}`);
export const addSuppression = (
  number: string,
  reason: string,
): Promise<{ added: boolean; cases: number; ended: number }> =>
  request('POST', '/api/suppressions', { number, reason });
export const removeSuppression = (number: string, reason: string): Promise<{ removed: boolean }> =>
  request('DELETE', '/api/suppressions', { number, reason });
export const sendSuppressions = (order: { file: File; reason: string }, dryRun: boolean): Promise<SuppressionReport> =>
  request('POST', '/api/suppressions/import', upload(order, dryRun));

export const listReviews = (wave: string, state: string): Promise<{ reviews: readonly ReviewListed[] }> =>
  request('GET', `${phone(wave, '/reviews')}${query({ state })}`);
export const getReview = (id: string): Promise<ReviewView> => request('GET', `/api/reviews/${at(id)}`);
export const closeReview = (
  id: string,
  coding: { coded: Readonly<Record<string, unknown>>; note: string | null },
): Promise<ReviewView> => request('POST', `/api/reviews/${at(id)}`, coding);
export const recordingAddress = (id: string): string => `/api/recordings/${at(id)}`;
