import { createHash } from 'node:crypto';
import { AppError, type Problem } from '../core/errors.ts';
import { type CompiledCoding, compileCoding, type IndicatorSet } from '../core/questionnaire/coding.ts';
import { type Difference, describeDifference } from '../core/questionnaire/difference.ts';
import { type CompiledPlan, compilePlan } from '../core/questionnaire/gate.ts';
import { parseIndicators } from '../core/questionnaire/indicators-file.ts';
import { type Finding, reviewQuestionnaire } from '../core/questionnaire/lint.ts';
import type { Plan } from '../core/questionnaire/plan.ts';
import type { Reader } from '../store/connection.ts';
import type { SurveyVersionRow } from '../store/surveys.ts';
import { type Actor, requirePermission, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';

/** A published version ready to be walked: parsed and compiled once, then kept in memory. */
export interface CompiledSurvey {
  readonly id: string;
  readonly version: number;
  readonly plan: CompiledPlan;
  readonly set: IndicatorSet;
  readonly coding: CompiledCoding;
}

export interface PublishReport {
  readonly surveyCode: string;
  readonly version: number;
  /** False when this very content was published before: nothing new was made. */
  readonly created: boolean;
  readonly findings: readonly Finding[];
  /** What differs from the version before; null for a first version. */
  readonly differences: readonly Difference[] | null;
}

export type SurveyService = ReturnType<typeof createSurveyService>;

export function createSurveyService(deps: Deps) {
  const { connection, stores, clock, newId, today } = deps;
  const compiled = new Map<string, CompiledSurvey>();

  /** The compiled form of a stored version. Versions never change, so it is made once per process. */
  async function compile(db: Reader, id: string): Promise<CompiledSurvey> {
    const known = compiled.get(id);
    if (known) return known;
    const row = await stores.surveys.find(db, id);
    if (!row) throw new AppError('NOT_FOUND', { what: 'survey', id });
    const plan = row.plan as Plan;
    const set = row.indicators as IndicatorSet;
    const survey = { id, version: row.version, plan: compilePlan(plan), set, coding: compileCoding(set, plan) };
    compiled.set(id, survey);
    return survey;
  }

  /** Waves that are no draft any more: their questionnaire is settled. */
  const settled = new Map<string, string>();

  /** The questionnaire of a wave; read once, as soon as nobody can change it any more. */
  async function compileOf(db: Reader, waveId: string): Promise<CompiledSurvey> {
    const known = settled.get(waveId);
    if (known !== undefined) return compile(db, known);
    const wave = await stores.waves.find(db, waveId);
    if (!wave) throw new AppError('NOT_FOUND', { what: 'wave', id: waveId });
    if (wave.state !== 'draft') settled.set(waveId, wave.surveyVersionId);
    return compile(db, wave.surveyVersionId);
  }

  return {
    compile,
    compileOf,

    /**
     * Publishes a questionnaire with its indicators: parses both, lints, compares with the version before and freezes
     * the result as the next version. Findings of severity `error` refuse it with `SURVEY_REFUSED`.
     */
    async publishSurvey(
      actor: Actor,
      input: { readonly definition: unknown; readonly indicators: unknown; readonly dryRun?: boolean },
    ): Promise<PublishReport> {
      requirePermission(actor, 'survey.publish');
      const { plan, findings } = reviewQuestionnaire(input.definition, today());
      const parsed = plan ? parseIndicators(input.indicators, plan) : { set: null, problems: [] };
      const errors: Problem[] = [...findings.filter(({ severity }) => severity === 'error'), ...parsed.problems];
      if (!plan || !parsed.set || errors.length > 0) {
        throw new AppError('SURVEY_REFUSED', { count: errors.length, problems: errors });
      }
      const { set } = parsed;
      const contentHash = createHash('sha256')
        .update(JSON.stringify([input.definition, input.indicators]))
        .digest('hex');

      return connection.transaction(async (tx) => {
        const same = await stores.surveys.findByContent(tx, plan.code, contentHash);
        const before = await stores.surveys.latest(tx, plan.code);
        const differences = before ? describeDifference(versionOf(before), { plan, set }) : null;
        const report = { surveyCode: plan.code, findings, differences };
        if (same) return { ...report, version: same.version, created: false };
        const version = (before?.version ?? 0) + 1;
        if (input.dryRun) return { ...report, version, created: false };
        const row: SurveyVersionRow = {
          id: newId(),
          surveyCode: plan.code,
          version,
          title: plan.title,
          definition: input.definition,
          plan,
          indicators: set,
          series: set.series.code,
          contentHash,
          validUntil: plan.approval?.validUntil ?? '',
          publishedAt: clock(),
          publishedBy: actor.name,
        };
        await stores.surveys.insert(tx, row);
        await recordAudit(deps, tx, actor, {
          action: 'survey.publish',
          objectType: 'survey',
          objectId: `${plan.code}@${version}`,
          unitCode: scopePath(actor)?.split('/').at(-2) ?? null,
        });
        return { ...report, version, created: true };
      });
    },

    /** All published versions, newest first. */
    async listSurveys(actor: Actor) {
      requirePermission(actor, 'survey.read');
      return stores.surveys.list(connection.reader);
    },

    /** One version whole, with what differs from the one before it. */
    async getSurvey(actor: Actor, surveyCode: string, version: number | null = null) {
      requirePermission(actor, 'survey.read');
      const all = (await stores.surveys.list(connection.reader)).filter((row) => row.surveyCode === surveyCode);
      const index = version === null ? 0 : all.findIndex((row) => row.version === version);
      const listed = all[index];
      const row = listed ? await stores.surveys.find(connection.reader, listed.id) : null;
      if (!row)
        throw new AppError('NOT_FOUND', {
          what: 'survey',
          id: version === null ? surveyCode : `${surveyCode}@${version}`,
        });
      const earlier = all[index + 1];
      const before = earlier ? await stores.surveys.find(connection.reader, earlier.id) : null;
      const { plan, set } = versionOf(row);
      return {
        surveyCode,
        version: row.version,
        title: row.title,
        publishedAt: row.publishedAt,
        publishedBy: row.publishedBy,
        plan,
        set,
        differences: before ? describeDifference(versionOf(before), { plan, set }) : null,
        versions: all.map((one) => one.version),
      };
    },
  };
}

function versionOf(row: SurveyVersionRow): { plan: Plan; set: IndicatorSet } {
  return { plan: row.plan as Plan, set: row.indicators as IndicatorSet };
}
