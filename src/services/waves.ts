import { AppError } from '../core/errors.ts';
import { MODES, type Mode } from '../core/indicators/types.ts';
import { isDay, isPeriod } from '../core/period.ts';
import type { IndicatorSet } from '../core/questionnaire/coding.ts';
import { isApproved } from '../core/questionnaire/lint.ts';
import type { Plan } from '../core/questionnaire/plan.ts';
import type { Text } from '../core/text.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { WaveKind } from '../store/tables.ts';
import type { WaveRow } from '../store/waves.ts';
import { type Actor, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import { findUnit } from './units.ts';

/** Whether a wave takes interviews: open, and on the days of fieldwork alone. */
export const isTaking = (
  { state, fieldworkStart, fieldworkEnd }: Pick<WaveRow, 'state' | 'fieldworkStart' | 'fieldworkEnd'>,
  today: string,
): boolean => state === 'open' && fieldworkStart <= today && today <= fieldworkEnd;

export interface WaveView {
  readonly code: string;
  readonly title: string;
  readonly period: string;
  readonly kind: WaveKind;
  readonly state: WaveRow['state'];
  readonly series: { readonly code: string; readonly title: Text };
  readonly modes: readonly Mode[];
  readonly survey: { readonly code: string; readonly version: number; readonly title: Text };
  readonly root: { readonly code: string; readonly name: string };
  readonly fieldworkStart: string;
  readonly fieldworkEnd: string;
  readonly synthetic: boolean;
  readonly openedAt: number | null;
  readonly closedAt: number | null;
}

export interface NewWave {
  readonly code: string;
  readonly title?: string | undefined;
  readonly survey: string;
  /** Version number; the newest when absent. */
  readonly version?: number | undefined;
  readonly rootUnit: string;
  readonly period: string;
  readonly kind?: WaveKind | undefined;
  readonly modes: readonly Mode[];
  readonly fieldworkStart: string;
  readonly fieldworkEnd: string;
  readonly synthetic?: boolean | undefined;
}

/** What may still change while a wave is a draft; what is absent stays. */
export type WaveChange = {
  readonly [Field in keyof Omit<NewWave, 'code' | 'synthetic'>]?: NewWave[Field] | undefined;
};

export type WaveService = ReturnType<typeof createWaveService>;

export function createWaveService(
  deps: Deps & {
    /** What else a wave's opening or closing means, in the same transaction: how long its numbers are kept. */
    readonly onState?: (tx: Writer, wave: Pick<WaveRow, 'id' | 'closedAt'>) => Promise<void>;
  },
) {
  const { connection, stores, clock, newId, today } = deps;

  async function view(db: Reader, wave: WaveRow): Promise<WaveView> {
    const survey = await stores.surveys.find(db, wave.surveyVersionId);
    const root = await stores.units.find(db, wave.rootUnit);
    if (!survey || !root) throw new AppError('NOT_FOUND', { what: 'wave', id: wave.code });
    return {
      code: wave.code,
      title: wave.title,
      period: wave.period,
      kind: wave.kind,
      state: wave.state,
      series: (survey.indicators as IndicatorSet).series,
      modes: wave.modes,
      survey: { code: survey.surveyCode, version: survey.version, title: survey.title },
      root: { code: root.code, name: root.name },
      fieldworkStart: wave.fieldworkStart,
      fieldworkEnd: wave.fieldworkEnd,
      synthetic: wave.synthetic,
      openedAt: wave.openedAt,
      closedAt: wave.closedAt,
    };
  }

  async function requireWave(db: Reader, actor: Actor, code: string): Promise<WaveRow> {
    const wave = await findWave(deps, code, db);
    requireScope(actor, await findUnit(deps, wave.rootUnit, db));
    return wave;
  }

  function requireApproval(plan: Plan, lastDay: string): void {
    if (isApproved(plan, today()) && isApproved(plan, lastDay)) return;
    throw new AppError('APPROVAL_EXPIRED', { survey: plan.code, validUntil: plan.approval?.validUntil ?? '—' });
  }

  /** The area and the questionnaire of a wave as somebody plans it; the approval must cover its fieldwork. */
  async function findGround(tx: Writer, actor: Actor, input: NewWave) {
    const root = await findUnit(deps, input.rootUnit, tx);
    requireScope(actor, root);
    const survey = (await stores.surveys.list(tx)).find(
      (row) => row.surveyCode === input.survey && (input.version === undefined || row.version === input.version),
    );
    if (!survey) {
      const id = input.version === undefined ? input.survey : `${input.survey}@${input.version}`;
      throw new AppError('NOT_FOUND', { what: 'survey', id });
    }
    // The version is frozen, so a wave that its approval does not cover could never be opened.
    requireApproval((await stores.surveys.find(tx, survey.id))?.plan as Plan, input.fieldworkEnd);
    return { root, survey };
  }

  /** A wave that was never opened, kept as it is until the transaction ends: nobody has answered it. */
  async function requireDraft(tx: Writer, actor: Actor, code: string): Promise<WaveRow> {
    const wave = await stores.waves.lockByCode(tx, code);
    if (!wave) throw new AppError('NOT_FOUND', { what: 'wave', id: code });
    requireScope(actor, await findUnit(deps, wave.rootUnit, tx));
    if (wave.state !== 'draft') throw new AppError('WAVE_NOT_DRAFT', { wave: code });
    return wave;
  }

  /** A draft as it would have been planned. */
  async function planOf(tx: Writer, wave: WaveRow): Promise<NewWave> {
    const survey = await stores.surveys.find(tx, wave.surveyVersionId);
    return { ...wave, survey: survey?.surveyCode ?? '', version: survey?.version };
  }

  async function setState(
    tx: Writer,
    actor: Actor,
    wave: WaveRow,
    change: Parameters<typeof stores.waves.setState>[3],
  ): Promise<void> {
    if (!(await stores.waves.setState(tx, wave.id, wave.state, change))) {
      throw new AppError('WAVE_CHANGED', { wave: wave.code });
    }
    await deps.onState?.(tx, { id: wave.id, closedAt: change.closedAt ?? null });
    await recordAudit(deps, tx, actor, {
      action: `wave.${change.state === 'open' ? 'open' : 'close'}`,
      objectType: 'wave',
      objectId: wave.code,
      unitCode: wave.rootUnit,
    });
  }

  return {
    /** A wave as pages show it; the caller has checked that it may be seen. */
    viewWave: (wave: WaveRow): Promise<WaveView> => view(connection.reader, wave),

    /** The waves whose area overlaps the actor's: their own, and those of the units above them. */
    async listWaves(actor: Actor): Promise<WaveView[]> {
      requirePermission(actor, 'wave.read');
      const scope = scopePath(actor);
      const waves: WaveView[] = [];
      for (const wave of await stores.waves.list(connection.reader)) {
        const root = await stores.units.find(connection.reader, wave.rootUnit);
        if (!root) continue;
        if (scope === null || root.path.startsWith(scope) || scope.startsWith(root.path)) {
          waves.push(await view(connection.reader, wave));
        }
      }
      return waves;
    },

    /** Plans a wave. Nothing can be answered or imported until it is opened. */
    async createWave(actor: Actor, input: NewWave): Promise<WaveView> {
      requirePermission(actor, 'wave.manage');
      checkNewWave(input);
      return connection.transaction(async (tx) => {
        const { root, survey } = await findGround(tx, actor, input);
        if (await stores.waves.findByCode(tx, input.code)) throw new AppError('WAVE_EXISTS', { wave: input.code });
        const wave: WaveRow = {
          id: newId(),
          code: input.code,
          title: input.title?.trim() || defaultTitle(root, input.period),
          surveyVersionId: survey.id,
          rootUnit: root.code,
          period: input.period,
          kind: input.kind ?? 'official',
          series: survey.series,
          modes: [...new Set(input.modes)],
          state: 'draft',
          fieldworkStart: input.fieldworkStart,
          fieldworkEnd: input.fieldworkEnd,
          synthetic: input.synthetic ?? false,
          createdAt: clock(),
          openedAt: null,
          closedAt: null,
        };
        await stores.waves.insert(tx, wave);
        await recordAudit(deps, tx, actor, {
          action: 'wave.create',
          objectType: 'wave',
          objectId: wave.code,
          unitCode: root.code,
          details: { survey: survey.surveyCode, version: survey.version, period: wave.period, kind: wave.kind },
        });
        return view(tx, wave);
      });
    },

    /**
     * Changes a wave that was never opened. Area, questionnaire and single-use links cannot go while something that was
     * made for them is there.
     */
    async editWave(actor: Actor, code: string, change: WaveChange): Promise<WaveView> {
      requirePermission(actor, 'wave.manage');
      return connection.transaction(async (tx) => {
        const before = await requireDraft(tx, actor, code);
        const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
        // Another questionnaire is taken in its newest version, unless one is named.
        const version = change.survey === undefined ? {} : { version: undefined };
        const input: NewWave = { ...(await planOf(tx, before)), ...version, ...given };
        checkNewWave(input);
        const { root, survey } = await findGround(tx, actor, input);
        const title = input.title?.trim() ?? '';
        // A title that nobody chose goes along with area and period.
        const isOwnTitle =
          title !== '' && title !== defaultTitle(await findUnit(deps, before.rootUnit, tx), before.period);
        const after: WaveRow = {
          ...before,
          title: isOwnTitle ? title : defaultTitle(root, input.period),
          surveyVersionId: survey.id,
          rootUnit: root.code,
          period: input.period,
          kind: input.kind ?? before.kind,
          series: survey.series,
          modes: [...new Set(input.modes)],
          fieldworkStart: input.fieldworkStart,
          fieldworkEnd: input.fieldworkEnd,
        };
        const isMoved = after.rootUnit !== before.rootUnit || after.surveyVersionId !== before.surveyVersionId;
        const parts = await stores.waves.findParts(tx, before.id);
        const losesLinks = parts.invitations && !after.modes.includes('web-token');
        if (losesLinks || (isMoved && Object.values(parts).includes(true))) {
          throw new AppError('WAVE_HAS_PARTS', { wave: code });
        }
        await stores.waves.update(tx, after);
        await recordAudit(deps, tx, actor, {
          action: 'wave.edit',
          objectType: 'wave',
          objectId: code,
          unitCode: after.rootUnit,
          details: given,
        });
        return view(tx, after);
      });
    },

    /** Removes a wave that was never opened, with the links and populations that were made for it. */
    async deleteWave(actor: Actor, code: string): Promise<void> {
      requirePermission(actor, 'wave.manage');
      await connection.transaction(async (tx) => {
        const wave = await requireDraft(tx, actor, code);
        if ((await stores.waves.findParts(tx, wave.id)).sample) throw new AppError('WAVE_HAS_SAMPLE', { wave: code });
        await stores.waves.remove(tx, wave.id);
        await recordAudit(deps, tx, actor, {
          action: 'wave.delete',
          objectType: 'wave',
          objectId: code,
          unitCode: wave.rootUnit,
          details: { title: wave.title, period: wave.period },
        });
      });
    },

    /** Opens a wave, or re-opens a closed one. Refused when the survey's approval has expired or ends before the fieldwork. */
    async openWave(actor: Actor, code: string): Promise<WaveView> {
      requirePermission(actor, 'wave.manage');
      return connection.transaction(async (tx) => {
        const wave = await requireWave(tx, actor, code);
        if (wave.state === 'open') return view(tx, wave);
        const survey = await stores.surveys.find(tx, wave.surveyVersionId);
        requireApproval(survey?.plan as Plan, wave.fieldworkEnd);
        const change = { state: 'open' as const, openedAt: wave.openedAt ?? clock(), closedAt: null };
        await setState(tx, actor, wave, change);
        return view(tx, { ...wave, ...change });
      });
    },

    /** Ends the fieldwork: no answer and no import is taken any more. */
    async closeWave(actor: Actor, code: string): Promise<WaveView> {
      requirePermission(actor, 'wave.manage');
      return connection.transaction(async (tx) => {
        const wave = await requireWave(tx, actor, code);
        if (wave.state === 'closed') return view(tx, wave);
        if (wave.state === 'draft') throw new AppError('WAVE_NOT_OPEN', { wave: code });
        const change = { state: 'closed' as const, closedAt: clock() };
        await setState(tx, actor, wave, change);
        return view(tx, { ...wave, ...change });
      });
    },
  };
}

/** A wave by its code, or `NOT_FOUND`. */
export async function findWave(
  { connection, stores }: Deps,
  code: string,
  db: Reader = connection.reader,
): Promise<WaveRow> {
  const wave = await stores.waves.findByCode(db, code);
  if (!wave) throw new AppError('NOT_FOUND', { what: 'wave', id: code });
  return wave;
}

const defaultTitle = (root: { readonly name: string }, period: string): string => `${root.name} ${period}`;

function checkNewWave(input: NewWave): void {
  const { code, period, modes, fieldworkStart: start, fieldworkEnd: end } = input;
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}$/u.test(code)) throw new AppError('WAVE_CODE_BAD', { value: code });
  if (!isPeriod(period)) throw new AppError('PERIOD_BAD', { value: period });
  for (const field of ['fieldworkStart', 'fieldworkEnd'] as const) {
    if (!isDay(input[field])) throw new AppError('DAY_BAD', { field, value: input[field] });
  }
  if (end < start) throw new AppError('DAYS_REVERSED', { start, end });
  if (modes.length === 0) throw new AppError('MODES_MISSING', { allowed: MODES });
  const value = modes.find((mode) => !MODES.includes(mode));
  if (value) throw new AppError('CHOICE_BAD', { field: 'modes', value, allowed: MODES });
}
