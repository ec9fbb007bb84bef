import { OPERATOR } from '../services/actor.ts';
import { readJsonFile } from './files.ts';
import { layProblems, layTable } from './output.ts';
import { type Session, withServices } from './session.ts';

interface Options {
  readonly indicators?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export async function publishSurvey(session: Session, path: string, options: Options): Promise<void> {
  const { out, err, lang } = session.terminal;
  const dryRun = options.dryRun ?? false;
  const definition = await readJsonFile(path);
  const indicators = await readJsonFile(options.indicators ?? path.replace(/\.json$/i, '.indicators.json'));
  const report = await withServices(session, dryRun ? 'try' : 'write', (services) =>
    services.surveys.publishSurvey(OPERATOR, { definition, indicators, dryRun }),
  );
  if (options.json) {
    out(`${JSON.stringify({ ...report, dryRun }, null, 2)}\n`);
    return;
  }
  const { surveyCode, version, created, findings, differences } = report;
  const state = dryRun ? 'dry' : created ? 'new' : 'same';
  const sentence = {
    zh: {
      dry: `试运行，没有发布：问卷“${surveyCode}”可以发布为第${version}版。`,
      new: `问卷“${surveyCode}”已发布为第${version}版。`,
      same: `问卷“${surveyCode}”第${version}版内容相同，没有重复发布。`,
    },
    en: {
      dry: `Dry run, nothing published: survey “${surveyCode}” can become version ${version}.`,
      new: `Survey “${surveyCode}” is published as version ${version}.`,
      same: `Survey “${surveyCode}” has this very content as version ${version}; nothing was published again.`,
    },
  };
  out(`${sentence[lang][state]}\n`);
  for (const { text } of differences ?? []) out(`  ${text[lang]}\n`);
  if (findings.length > 0) err(`${layProblems(findings, findings.length, lang)}\n`);
}

export async function listSurveys(session: Session, options: { readonly json?: boolean }): Promise<void> {
  const { out, lang } = session.terminal;
  const rows = await withServices(session, 'read', (services) => services.surveys.listSurveys(OPERATOR));
  const surveys = rows.map(({ surveyCode, version, title, series, validUntil }) => {
    return { code: surveyCode, version, title, series, validUntil };
  });
  if (options.json) out(`${JSON.stringify({ surveys }, null, 2)}\n`);
  else if (surveys.length === 0) out(lang === 'zh' ? '还没有发布问卷。\n' : 'No survey is published yet.\n');
  else out(`${layTable(surveys.map((one) => [one.code, `v${one.version}`, one.title[lang], one.validUntil]))}\n`);
}
