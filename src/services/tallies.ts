import { cellKey, cellsOfResponse, TallySum } from '../core/indicators/tally.ts';
import type { TallyCell } from '../core/indicators/types.ts';
import { codeResponse } from '../core/questionnaire/coding.ts';
import type { Answers } from '../core/questionnaire/plan.ts';
import type { Reader } from '../store/connection.ts';
import type { WaveRow } from '../store/waves.ts';
import { type Actor, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { CompiledSurvey, SurveyService } from './surveys.ts';
import { findUnit } from './units.ts';
import { findWave } from './waves.ts';

export interface TallyCheck {
  readonly wave: string;
  readonly responses: number;
  readonly cells: number;
  /** Cells, and totals over sex and age band, whose stored count differs from the recount. */
  readonly differing: ReadonlyArray<{ readonly key: string; readonly stored: number; readonly recounted: number }>;
}

/** What a complete response counts for; the only way from answers to counters, for collection, import and recount. */
export function countResponse(
  survey: CompiledSurvey,
  response: Pick<TallyCell, 'unit' | 'mode'> & { readonly weight: number; readonly disposition: string },
  answers: Answers,
) {
  const coded = codeResponse(survey.coding, answers);
  const isComplete = response.disposition === '1.1';
  return {
    sex: coded.sex,
    ageBand: coded.ageBand,
    cells: cellsOfResponse({
      ...response,
      sex: coded.sex,
      ageBand: coded.ageBand,
      outcomes: isComplete ? coded.outcomes : [],
    }),
  };
}

export function createTallyService(deps: Deps & { readonly surveys: SurveyService }) {
  const { connection, stores, surveys } = deps;

  async function recount(db: Reader, wave: WaveRow): Promise<{ sum: TallySum; responses: number }> {
    const survey = await surveys.compile(db, wave.surveyVersionId);
    const sum = new TallySum();
    let responses = 0;
    for await (const page of stores.responses.walk(db, wave.id)) {
      for (const { response, answers } of page) {
        if (response.state !== 'ended' || response.disposition === null) continue;
        const { unitCode: unit, mode, weight, disposition } = response;
        sum.add(countResponse(survey, { unit, mode, weight, disposition }, answers as Answers).cells);
        responses += 1;
      }
    }
    return { sum, responses };
  }

  /** The cells and, as cells of everybody, their totals. */
  async function compareWithStored(db: Reader, wave: WaveRow, sum: TallySum) {
    const cells = await stores.tallies.readCells(db, wave.id);
    const totals = await stores.tallies.readTotals(db, wave.id, null);
    return {
      stored: cells.length,
      recounted: [...sum.cells()].length,
      differing: [...compareCells(cells, sum), ...compareCells(totals, sum.totals())],
    };
  }

  /** The named wave, or all within the actor's scope. */
  async function wavesOf(actor: Actor, code: string | null): Promise<WaveRow[]> {
    if (code !== null) {
      const wave = await findWave(deps, code);
      requireScope(actor, await findUnit(deps, wave.rootUnit));
      return [wave];
    }
    const scope = scopePath(actor);
    const inScope = new Set((await stores.units.listSubtree(connection.reader, scope)).map((unit) => unit.code));
    return (await stores.waves.list(connection.reader)).filter(({ rootUnit }) => inScope.has(rootUnit));
  }

  return {
    /** Counts the responses again and says where the stored counters differ. Reads only. */
    async verifyTallies(actor: Actor, waveCode: string | null = null): Promise<TallyCheck[]> {
      requirePermission(actor, 'tally.rebuild');
      const checks: TallyCheck[] = [];
      for (const wave of await wavesOf(actor, waveCode)) {
        // In a transaction, so that responses and counters are of one moment while the fieldwork goes on.
        const check = await connection.transaction(async (tx): Promise<TallyCheck> => {
          const { sum, responses } = await recount(tx, wave);
          const { stored, differing } = await compareWithStored(tx, wave, sum);
          return { wave: wave.code, responses, cells: stored, differing };
        });
        checks.push(check);
      }
      return checks;
    },

    /** Throws the stored counters away and counts again from the responses. */
    async rebuildTallies(actor: Actor, waveCode: string | null = null): Promise<TallyCheck[]> {
      requirePermission(actor, 'tally.rebuild');
      const checks: TallyCheck[] = [];
      for (const wave of await wavesOf(actor, waveCode)) {
        const check = await connection.transaction(async (tx): Promise<TallyCheck> => {
          const { sum, responses } = await recount(tx, wave);
          const { recounted, differing } = await compareWithStored(tx, wave, sum);
          await stores.tallies.clear(tx, wave.id);
          await stores.tallies.add(tx, wave.id, sum);
          await recordAudit(deps, tx, actor, {
            action: 'tally.rebuild',
            objectType: 'wave',
            objectId: wave.code,
            unitCode: wave.rootUnit,
            details: { responses, corrected: differing.length },
          });
          return { wave: wave.code, responses, cells: recounted, differing };
        });
        checks.push(check);
      }
      return checks;
    },
  };
}

/** Weights are sums of floating-point numbers added in different orders; they agree to this share. */
const WEIGHT_TOLERANCE = 1e-9;

function compareCells(stored: readonly TallyCell[], recount: TallySum): TallyCheck['differing'] {
  const recounted = new Map([...recount.cells()].map((cell) => [cellKey(cell), cell]));
  const storedByKey = new Map(stored.map((cell) => [cellKey(cell), cell]));
  const keys = new Set([...storedByKey.keys(), ...recounted.keys()]);
  const near = (a: number, b: number) => Math.abs(a - b) <= WEIGHT_TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
  return [...keys].flatMap((key) => {
    const a = storedByKey.get(key);
    const b = recounted.get(key);
    const same = (a?.n ?? 0) === (b?.n ?? 0) && near(a?.sumW ?? 0, b?.sumW ?? 0) && near(a?.sumW2 ?? 0, b?.sumW2 ?? 0);
    return same ? [] : [{ key: key.replaceAll('\u0000', ' · '), stored: a?.n ?? 0, recounted: b?.n ?? 0 }];
  });
}
