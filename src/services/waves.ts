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

export type WaveService = ReturnType<typeof createWaveService>;

export function createWaveService(deps: Deps) {
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

  async function setState(
    tx: Writer,
    actor: Actor,
    wave: WaveRow,
    change: Parameters<typeof stores.waves.setState>[3],
  ): Promise<void> {
    if (!(await stores.waves.setState(tx, wave.id, wave.state, change))) {
      throw new AppError('WAVE_CHANGED', { wave: wave.code });
    }
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
        const root = await findUnit(deps, input.rootUnit, tx);
        requireScope(actor, root);
        const versions = (await stores.surveys.list(tx)).filter(
          (row) => row.surveyCode === input.survey && (input.version === undefined || row.version === input.version),
        );
        const survey = versions[0];
        if (!survey) {
          const id = input.version === undefined ? input.survey : `${input.survey}@${input.version}`;
          throw new AppError('NOT_FOUND', { what: 'survey', id });
        }
        // The version is frozen, so a wave that its approval does not cover could never be opened.
        requireApproval((await stores.surveys.find(tx, survey.id))?.plan as Plan, input.fieldworkEnd);
        if (await stores.waves.findByCode(tx, input.code)) throw new AppError('WAVE_EXISTS', { wave: input.code });
        const wave: WaveRow = {
          id: newId(),
          code: input.code,
          title: input.title?.trim() || `${root.name} ${input.period}`,
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

function checkNewWave(input: NewWave): void {
  const refuse = (field: string, reason: string): never => {
    throw new AppError('INPUT_INVALID', { field, reason });
  };
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}$/u.test(input.code))
    refuse('wave', `“${input.code}”：1–40 a-z 0-9 . _ - 汉字`);
  if (!isPeriod(input.period)) refuse('period', `“${input.period}” ≠ 2026 / 2026-H1 / 2026-Q3 / 2026-09`);
  if (!isDay(input.fieldworkStart)) refuse('fieldworkStart', `“${input.fieldworkStart}” ≠ YYYY-MM-DD`);
  if (!isDay(input.fieldworkEnd)) refuse('fieldworkEnd', `“${input.fieldworkEnd}” ≠ YYYY-MM-DD`);
  if (input.fieldworkEnd < input.fieldworkStart) {
    refuse('fieldworkEnd', `${input.fieldworkEnd} < ${input.fieldworkStart}`);
  }
  if (input.modes.length === 0) refuse('modes', MODES.join(', '));
  const unknown = input.modes.find((mode) => !MODES.includes(mode));
  if (unknown) refuse('modes', `“${unknown}” ≠ ${MODES.join(', ')}`);
}
