import { AppError } from '../core/errors.ts';
import { openTable } from '../intake/table-file.ts';
import type { Services } from '../main.ts';
import { OPERATOR } from '../services/actor.ts';
import type { DrawReport } from '../services/number-draws.ts';
import type { NumberImport } from '../services/number-lists.ts';
import type { NumberReport } from '../services/sampling-frames.ts';
import { layProblems, layTable } from './output.ts';
import { type Session, withServices } from './session.ts';

interface Common {
  readonly wave: string;
  readonly months?: number;
  readonly mode?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Takes over a list of numbers. Rows that cannot be used are told; `--accept` takes the others all the same. */
export async function importNumbers(
  session: Session,
  path: string,
  options: Common & { readonly accept?: boolean; readonly areaCode?: string },
): Promise<void> {
  const { wave, months, dryRun = false, accept = false, areaCode } = options;
  const mode = readMode(options.mode);
  const file = await openTable({ path });
  const report = await withServices(session, dryRun ? 'try' : 'write', async (services) => {
    if (!dryRun) await ensureCampaign(services, wave);
    return services.phone.numbers.importNumbers(OPERATOR, { wave, file, dryRun, accept, months, mode, areaCode });
  });
  tell(session, report, options.json ?? false);
}

/** Draws random numbers of one town from prefixes. */
export async function drawNumbers(
  session: Session,
  options: Common & {
    readonly unit: string;
    readonly prefixes: string;
    readonly count: number;
    readonly method: string;
    readonly seed: number;
    readonly prefixCount?: number;
  },
): Promise<void> {
  const { wave, unit, count, seed, prefixCount, months, dryRun = false } = options;
  const { method } = options;
  if (method !== 'systematic' && method !== 'two-stage') {
    throw new AppError('INPUT_INVALID', { field: 'method', reason: 'systematic | two-stage' });
  }
  const prefixes = options.prefixes.split(/[,，\s]+/).filter((prefix) => prefix !== '');
  const mode = readMode(options.mode);
  const report = await withServices(session, dryRun ? 'try' : 'write', async (services) => {
    if (!dryRun) await ensureCampaign(services, wave);
    const towns = [{ unit, prefixes, count }];
    return services.phone.numbers.drawNumbers(OPERATOR, {
      wave,
      towns,
      method,
      seed,
      prefixCount,
      months,
      mode,
      dryRun,
    });
  });
  tell(session, report, options.json ?? false);
}

/** Puts one number on the do-not-call list. */
export async function addSuppression(
  session: Session,
  number: string,
  options: { readonly reason: string; readonly source?: string; readonly json?: boolean },
): Promise<void> {
  const { out, lang } = session.terminal;
  const { reason, source } = options;
  const report = await withServices(session, 'write', ({ phone }) =>
    phone.suppressions.addSuppression(OPERATOR, { number, reason, source }),
  );
  if (options.json) {
    out(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const { added, cases, ended } = report;
  out(
    lang === 'zh'
      ? `${added ? '已加入免访名单' : '名单里已有'}；影响${cases}个样本，其中${ended}个结束。\n`
      : `${added ? 'On the do-not-call list' : 'It was on the list'}; ${cases} cases lost it, ${ended} of them ended.\n`,
  );
}

/** Takes over a do-not-call list. */
export async function importSuppressions(
  session: Session,
  path: string,
  options: { readonly reason: string; readonly source?: string; readonly dryRun?: boolean; readonly json?: boolean },
): Promise<void> {
  const { out, err, lang } = session.terminal;
  const { reason, dryRun = false } = options;
  const file = await openTable({ path });
  const report = await withServices(session, dryRun ? 'try' : 'write', ({ phone }) =>
    phone.suppressionLists.importSuppressions(OPERATOR, { file, reason, source: options.source ?? file.name, dryRun }),
  );
  if (options.json) {
    out(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const { rows, added, known, cases, ended, problems } = report;
  out(
    lang === 'zh'
      ? `${dryRun ? '试运行，没有写入：' : ''}共${rows}行，新增${added}个，已有${known}个；影响${cases}个样本，其中${ended}个结束。\n`
      : `${dryRun ? 'Dry run, nothing written: ' : ''}${rows} rows, ${added} added, ${known} known; ${cases} cases lost a number, ${ended} ended.\n`,
  );
  if (problems.length > 0) err(`${layProblems(problems, problems.length, lang)}\n`);
}

function tell({ terminal: { out, err, lang } }: Session, report: NumberReport | DrawReport, json: boolean): void {
  if (json) {
    out(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const { rows, accepted, byTown, removed, problems, dryRun } = report;
  const { invalid, duplicates, suppressed, recentlyUsed } = removed;
  out(
    lang === 'zh'
      ? `${dryRun ? '试运行，没有写入：' : ''}共${rows}个号码，收下${accepted}个样本；重复${duplicates}个，免访名单${suppressed}个，近期用过${recentlyUsed}个，不能使用${invalid}行。\n`
      : `${dryRun ? 'Dry run, nothing written: ' : ''}${rows} numbers, ${accepted} cases; ${duplicates} twice, ${suppressed} not to be called, ${recentlyUsed} used lately, ${invalid} rows that cannot be used.\n`,
  );
  if (byTown.length > 0) out(`${layTable(byTown.map((town) => [town.code, town.name, String(town.accepted)]))}\n`);
  if (problems.length > 0) err(`${layProblems(problems, invalid, lang)}\n`);
}

/** Numbers need a phone survey; one that has no settings yet gets the usual ones. */
async function ensureCampaign({ phone }: Services, wave: string): Promise<void> {
  const { updatedAt } = await phone.campaigns.readCampaign(OPERATOR, wave);
  if (updatedAt === null) await phone.campaigns.saveCampaign(OPERATOR, wave, {});
}

function readMode(text: string | undefined): NumberImport['mode'] {
  if (text === undefined || text === 'phone' || text === 'keypad') return text;
  throw new AppError('INPUT_INVALID', { field: 'modes', reason: 'phone | keypad' });
}
