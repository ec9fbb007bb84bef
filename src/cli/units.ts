import { openTable, readTable } from '../intake/table-file.ts';
import { OPERATOR } from '../services/actor.ts';
import { layProblems } from './output.ts';
import { type Session, withServices } from './session.ts';

interface Options {
  readonly population?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export async function importUnits(session: Session, path: string, options: Options): Promise<void> {
  const { out, err, lang } = session.terminal;
  const dryRun = options.dryRun ?? false;
  const units = await readTable(await openTable({ path }));
  const populations = options.population ? await readTable(await openTable({ path: options.population })) : null;
  const report = await withServices(session, dryRun ? 'try' : 'write', (services) =>
    services.units.importUnits(OPERATOR, { units, populations, dryRun }),
  );
  if (options.json) {
    out(`${JSON.stringify({ ...report, dryRun }, null, 2)}\n`);
    return;
  }
  const { created, updated, unchanged, populations: cells, warnings } = report;
  if (lang === 'zh') {
    out(`${dryRun ? '试运行，没有写入：' : ''}单位新增${created}个，更新${updated}个，未变${unchanged}个`);
    out(cells > 0 ? `；分性别年龄人口${cells}格。\n` : '。\n');
  } else {
    out(
      `${dryRun ? 'Dry run, nothing written: ' : ''}${created} units new, ${updated} updated, ${unchanged} unchanged`,
    );
    out(cells > 0 ? `; ${cells} population cells.\n` : '.\n');
  }
  if (warnings.length > 0) err(`${layProblems(warnings, warnings.length, lang)}\n`);
}
