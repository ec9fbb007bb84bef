import { AppError } from '../core/errors.ts';
import { isApproved } from '../core/questionnaire/lint.ts';
import type { Plan } from '../core/questionnaire/plan.ts';
import { type CallingRules, DAY_KINDS, DEFAULT_RULES } from '../core/sample/calling-rules.ts';
import type { QuotaCell } from '../core/sample/quota.ts';
import type { Text } from '../core/text.ts';
import type { CampaignRow } from '../store/campaigns.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { CallIns, CampaignState, CarrierName, PhoneMode } from '../store/tables.ts';
import type { WaveRow } from '../store/waves.ts';
import { type Actor, requireOverlap, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { QuotaService } from './quotas.ts';
import { requireReason } from './suppressions.ts';
import { findUnit } from './units.ts';
import { findWave } from './waves.ts';

/** The settings of a phone survey, as they are shown and saved. */
export interface CampaignSetup {
  readonly carrier: CarrierName;
  readonly modes: readonly PhoneMode[];
  readonly rules: CallingRules;
  /** Interviews wanted in each town that has no target of its own; null for as many as come. */
  readonly targetPerTown: number | null;
  readonly lines: number;
  readonly callsPerSecond: number;
  readonly callerId: string | null;
  readonly consentText: Text;
  readonly recording: boolean;
  readonly callIns: CallIns;
  readonly reviewShare: number;
}

export interface CampaignView extends CampaignSetup {
  readonly wave: { readonly code: string; readonly title: string; readonly state: WaveRow['state'] };
  readonly state: CampaignState;
  readonly pauseReason: string | null;
  readonly cases: number;
  readonly quotas: readonly QuotaCell[];
  readonly updatedAt: number | null;
}

/** Read out where a wave has no consent text of its own. */
export const CONSENT: Text = {
  zh: '本次调查由统计调查机构开展，大约需要几分钟。您的回答严格保密，只用于综合统计；您可以随时停止。',
  en: 'This survey is run by a statistics office and takes a few minutes. Your answers are confidential and used in totals only; you may stop at any time.',
};

export type CampaignService = ReturnType<typeof createCampaignService>;

/** The phone side of a wave: its settings, quotas, and whether it is running. */
export function createCampaignService(
  deps: Deps & { readonly quotas: QuotaService; readonly defaultCarrier: CarrierName },
) {
  const { connection, stores, clock, today, quotas, defaultCarrier } = deps;

  async function requireWave(db: Reader, actor: Actor, code: string): Promise<WaveRow> {
    const wave = await findWave(deps, code, db);
    requireOverlap(actor, await findUnit(deps, wave.rootUnit, db));
    return wave;
  }

  async function requireManaged(tx: Writer, actor: Actor, code: string): Promise<WaveRow> {
    requirePermission(actor, 'fieldwork.manage');
    const wave = await findWave(deps, code, tx);
    requireScope(actor, await findUnit(deps, wave.rootUnit, tx));
    return wave;
  }

  async function requireCampaign(tx: Writer, wave: WaveRow): Promise<CampaignRow> {
    const campaign = await stores.campaigns.hold(tx, wave.id);
    if (!campaign) throw new AppError('CAMPAIGN_MISSING', { wave: wave.code });
    return campaign;
  }

  function beginningOf(wave: WaveRow): CampaignRow {
    // Without a carrier nobody can be called by the keypad.
    const possible: readonly string[] = defaultCarrier === 'manual' ? ['phone'] : ['phone', 'keypad'];
    const modes = wave.modes.filter((mode): mode is PhoneMode => possible.includes(mode));
    return {
      waveId: wave.id,
      state: 'draft',
      carrier: defaultCarrier,
      modes,
      rules: DEFAULT_RULES,
      targetPerTown: null,
      lines: 30,
      callsPerSecond: 1,
      callerId: null,
      consentText: CONSENT,
      recording: false,
      callIns: 'answer',
      reviewShare: 0.15,
      pauseReason: null,
      nextSeq: null,
      updatedAt: clock(),
      updatedBy: '',
    };
  }

  async function view(db: Reader, wave: WaveRow, campaign: CampaignRow | null): Promise<CampaignView> {
    const { waveId: _wave, updatedBy: _by, nextSeq: _seq, updatedAt, ...row } = campaign ?? beginningOf(wave);
    return {
      ...row,
      wave: { code: wave.code, title: wave.title, state: wave.state },
      cases: await stores.cases.count(db, wave.id),
      quotas: (await quotas.list(db, wave.id)).map(({ waveId: _own, ...cell }) => cell),
      updatedAt: campaign ? updatedAt : null,
    };
  }

  async function setState(
    actor: Actor,
    code: string,
    to: 'running' | 'paused',
    reason: string | null,
    check: (tx: Writer, wave: WaveRow, campaign: CampaignRow) => Promise<void>,
  ): Promise<CampaignView> {
    return connection.transaction(async (tx) => {
      const wave = await requireManaged(tx, actor, code);
      const campaign = await requireCampaign(tx, wave);
      if (campaign.state === to) return view(tx, wave, campaign);
      if (to === 'paused' && campaign.state !== 'running') {
        throw new AppError('CAMPAIGN_STATE', { state: campaign.state });
      }
      await check(tx, wave, campaign);
      const row = { ...campaign, state: to, pauseReason: reason, updatedAt: clock(), updatedBy: actor.id };
      await stores.campaigns.save(tx, row);
      await recordAudit(deps, tx, actor, {
        action: to === 'paused' ? 'phone.pause' : campaign.state === 'draft' ? 'phone.start' : 'phone.resume',
        objectType: 'wave',
        objectId: wave.code,
        unitCode: wave.rootUnit,
        ...(reason === null ? {} : { details: { reason } }),
      });
      return view(tx, wave, row);
    });
  }

  async function requireReady(tx: Writer, wave: WaveRow, campaign: CampaignRow): Promise<void> {
    const day = today();
    if (wave.state !== 'open' || day > wave.fieldworkEnd) throw new AppError('WAVE_NOT_OPEN', { wave: wave.code });
    const survey = await stores.surveys.find(tx, wave.surveyVersionId);
    const plan = survey?.plan as Plan;
    if (!isApproved(plan, day)) {
      throw new AppError('APPROVAL_EXPIRED', { survey: plan.code, validUntil: plan.approval?.validUntil ?? '—' });
    }
    requireModes(wave, campaign);
    if ((await stores.cases.count(tx, wave.id)) === 0) throw new AppError('CAMPAIGN_EMPTY', { wave: wave.code });
  }

  return {
    /** The settings; those to begin with when none were saved. Quotas of units outside the reader's area are not told. */
    async readCampaign(actor: Actor, code: string): Promise<CampaignView> {
      requirePermission(actor, 'fieldwork.read');
      const wave = await requireWave(connection.reader, actor, code);
      const seen = await view(connection.reader, wave, await stores.campaigns.find(connection.reader, wave.id));
      const scope = scopePath(actor);
      if (scope === null) return seen;
      const own = new Set((await stores.units.listSubtree(connection.reader, scope)).map(({ code }) => code));
      return { ...seen, quotas: seen.quotas.filter(({ unitCode }) => unitCode === '*' || own.has(unitCode)) };
    },

    /** Saves settings; what is not named stays as it is. They count from the next call on. */
    async saveCampaign(actor: Actor, code: string, input: Partial<CampaignSetup>): Promise<CampaignView> {
      return connection.transaction(async (tx) => {
        const wave = await requireManaged(tx, actor, code);
        if (wave.state === 'closed') throw new AppError('WAVE_NOT_OPEN', { wave: code });
        const before = (await stores.campaigns.hold(tx, wave.id)) ?? beginningOf(wave);
        const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
        const row: CampaignRow = { ...before, ...given, updatedAt: clock(), updatedBy: actor.id };
        checkSetup(row);
        requireModes(wave, row);
        await stores.campaigns.save(tx, row);
        if (row.targetPerTown !== before.targetPerTown) await moveTownTargets(tx, wave, before.targetPerTown, row);
        await recordAudit(deps, tx, actor, {
          action: 'phone.setup',
          objectType: 'wave',
          objectId: wave.code,
          unitCode: wave.rootUnit,
          details: { fields: Object.keys(given) },
        });
        return view(tx, wave, row);
      });
    },

    /** Begins to call. Refused while the wave is not open, its approval is over or it has no case. */
    startCampaign: (actor: Actor, code: string): Promise<CampaignView> =>
      setState(actor, code, 'running', null, async (tx, wave, campaign) => {
        if (campaign.state !== 'draft') throw new AppError('CAMPAIGN_STATE', { state: campaign.state });
        await requireReady(tx, wave, campaign);
      }),

    /** No further call is begun; those going on end by themselves. */
    pauseCampaign: async (actor: Actor, code: string, reason: string): Promise<CampaignView> =>
      setState(actor, code, 'paused', requireReason(reason), async () => {}),

    resumeCampaign: (actor: Actor, code: string): Promise<CampaignView> =>
      setState(actor, code, 'running', null, async (tx, wave, campaign) => {
        if (campaign.state !== 'paused') throw new AppError('CAMPAIGN_STATE', { state: campaign.state });
        await requireReady(tx, wave, campaign);
      }),

    /** Replaces the quotas. What is complete already counts; cases that no cell needs any more are put on hold. */
    async setQuotas(
      actor: Actor,
      code: string,
      cells: ReadonlyArray<Omit<QuotaCell, 'completes'>>,
    ): Promise<readonly QuotaCell[]> {
      return connection.transaction(async (tx) => {
        const wave = await requireManaged(tx, actor, code);
        const campaign = await requireCampaign(tx, wave);
        await checkCells(tx, wave, cells);
        const own = new Set(cells.filter(isTownCell).map(({ unitCode }) => unitCode));
        const target = campaign.targetPerTown;
        const towns = target === null ? [] : await stores.cases.listTowns(tx, wave.id);
        const rest = towns
          .filter((unitCode) => !own.has(unitCode))
          .map((unitCode) => ({ unitCode, sex: '*' as const, ageBand: '*', target: target ?? 0 }));
        const rows = await quotas.replace(tx, wave.id, [...cells, ...rest]);
        await recordAudit(deps, tx, actor, {
          action: 'phone.quotas',
          objectType: 'wave',
          objectId: wave.code,
          unitCode: wave.rootUnit,
          details: { cells: cells.length },
        });
        return rows.map(({ waveId: _own, ...cell }) => cell);
      });
    },
  };

  /** Towns that follow the common target get the new one; towns with one of their own keep it. */
  async function moveTownTargets(tx: Writer, wave: WaveRow, before: number | null, row: CampaignRow): Promise<void> {
    const cells = await stores.quotas.list(tx, wave.id);
    const own = cells.filter((cell) => !isTownCell(cell) || before === null || cell.target !== before);
    const taken = new Set(own.filter(isTownCell).map(({ unitCode }) => unitCode));
    const target = row.targetPerTown;
    const towns = target === null ? [] : await stores.cases.listTowns(tx, wave.id);
    const following = towns
      .filter((unitCode) => !taken.has(unitCode))
      .map((unitCode) => ({ unitCode, sex: '*' as const, ageBand: '*', target: target ?? 0 }));
    await quotas.replace(tx, wave.id, [...own, ...following]);
  }

  async function checkCells(
    tx: Writer,
    wave: WaveRow,
    cells: ReadonlyArray<Omit<QuotaCell, 'completes'>>,
  ): Promise<void> {
    const root = await findUnit(deps, wave.rootUnit, tx);
    const survey = await stores.surveys.find(tx, wave.surveyVersionId);
    const bands = new Set(['*', ...((survey?.plan as Plan | undefined)?.ageBands ?? [])]);
    const seen = new Set<string>();
    for (const [i, { unitCode, sex, ageBand, target }] of cells.entries()) {
      const refuse = (reason: string): never => {
        throw new AppError('QUOTA_BAD', { row: i + 1, reason });
      };
      const key = `${unitCode} ${sex} ${ageBand}`;
      const unit = unitCode === '*' ? root : await stores.units.find(tx, unitCode);
      if (!unit?.path.startsWith(root.path)) refuse(unitCode);
      if (!['*', 'male', 'female'].includes(sex)) refuse(sex);
      if (!bands.has(ageBand)) refuse(`${ageBand} ≠ ${[...bands].join(' ')}`);
      if (!Number.isSafeInteger(target) || target < 0 || target > 1_000_000) refuse(`${target}`);
      if (seen.has(key)) refuse(`${key} ×2`);
      seen.add(key);
    }
  }
}

const isTownCell = ({ unitCode, sex, ageBand }: Pick<QuotaCell, 'unitCode' | 'sex' | 'ageBand'>): boolean =>
  unitCode !== '*' && sex === '*' && ageBand === '*';

function requireModes(wave: WaveRow, { modes, carrier }: Pick<CampaignRow, 'modes' | 'carrier'>): void {
  if (modes.length === 0) throw new AppError('CAMPAIGN_MODE', { wave: wave.code, mode: 'phone / keypad' });
  for (const mode of modes) {
    // Nobody dials for the keypad without a carrier.
    const isPossible = wave.modes.includes(mode) && !(mode === 'keypad' && carrier === 'manual');
    if (!isPossible) throw new AppError('CAMPAIGN_MODE', { wave: wave.code, mode });
  }
}

function checkSetup(row: CampaignRow): void {
  const refuse = (field: string, reason: string): never => {
    throw new AppError('INPUT_INVALID', { field, reason });
  };
  const within = (field: string, value: number, low: number, high: number) => {
    if (!Number.isFinite(value) || value < low || value > high) refuse(field, `${low}–${high}`);
  };
  within('lines', row.lines, 1, 2000);
  within('callsPerSecond', row.callsPerSecond, 0.01, 100);
  within('reviewShare', row.reviewShare, 0, 1);
  if (row.targetPerTown !== null) within('targetPerTown', row.targetPerTown, 1, 100_000);
  if (row.callerId !== null && !/^\+?[\d-]{3,20}$/.test(row.callerId)) refuse('callerId', '+86…');
  if (row.consentText.zh.trim() === '') refuse('consentText', '知情同意');
  checkRules(row.rules, refuse, within);
}

function checkRules(
  rules: CallingRules,
  refuse: (field: string, reason: string) => never,
  within: (field: string, value: number, low: number, high: number) => void,
): void {
  for (const hours of [rules.hours, ...rules.regions.flatMap((region) => region.hours ?? [])]) {
    for (const kind of DAY_KINDS) {
      for (const { from, to } of hours[kind]) {
        if (!(from >= 0 && to <= 24 * 60 && from < to)) refuse('rules', `hours.${kind} ${from}–${to}`);
      }
    }
  }
  for (const { offsetMinutes } of [rules, ...rules.regions]) {
    if (offsetMinutes !== undefined) within('rules', offsetMinutes, -720, 840);
  }
  within('rules', rules.appointmentLeadMinutes, 0, 1440);
  within('rules', rules.appointmentHeadStartMinutes, 0, 1440);
  for (const day of [...rules.holidays, ...rules.workdays]) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) refuse('rules', `${day} ≠ YYYY-MM-DD`);
  }
  for (const { code, from, to, max } of rules.slots) {
    if (!(code !== '' && from < to && max >= 0)) refuse('rules', `slots ${code}`);
  }
  within('rules', rules.maxAttempts, 1, 30);
  within('rules', rules.maxPerDay, 1, 10);
  within('rules', rules.minGapMinutes, 0, 10_080);
  within('rules', rules.refusalCoolOffDays, 0, 365);
  within('rules', rules.refusalConversions, 0, 3);
  within('rules', rules.leaseMinutes, 1, 120);
  within('rules', rules.ringSeconds, 5, 120);
  within('rules', rules.maxCallSeconds.keypad, 60, 14_400);
  within('rules', rules.maxCallSeconds.phone, 60, 14_400);
  for (const [name, minutes] of Object.entries(rules.delays)) within(`rules.delays.${name}`, minutes, 0, 525_600);
}
