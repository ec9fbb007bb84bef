import { once } from 'node:events';
import { createWriteStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Answers } from '../../src/core/questionnaire/plan.ts';
import { startMeasured, type Usage } from './child.ts';
import { CLI, createWorld, makeRespondents, openWave, temporaryFolder, townsOf } from './world.ts';

export interface ImportFigures {
  readonly rows: number;
  readonly fileMb: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

/** A survey house's CSV through the command line, in a process of its own: checked, written, counted. */
export async function measureImport(rows: number): Promise<ImportFigures> {
  const { folder, remove } = temporaryFolder();
  try {
    const world = await createWorld(folder);
    const wave = await openWave(world, '2026', ['phone']);
    const survey = await world.surveys.compile(world.connection.reader, wave.surveyVersionId);
    const towns = (await townsOf(world)).map(({ code }) => code);
    const questions = survey.plan.questions.map(({ question }) => question.code);
    await world.close();
    const file = join(folder, 'interviews.csv');
    await writeCsv(file, { rows, towns, questions, people: makeRespondents(survey.plan, 5000, 3) });

    const child = startMeasured([CLI, '--data', folder, 'interviews', 'import', file, '--wave', '2026']);
    let usage: Usage | null = null;
    child.child.on('message', (message) => {
      usage = message as Usage;
    });
    const startedAt = performance.now();
    const [exitCode] = await once(child.child, 'exit');
    const seconds = (performance.now() - startedAt) / 1000;
    if (exitCode !== 0 || usage === null) throw new Error(`the import ended with ${exitCode}`);
    const { cpuMs, peakMb } = usage as Usage;
    return { rows, fileMb: statSync(file).size / 1e6, seconds, perSecond: rows / seconds, cpuMs, peakMb };
  } finally {
    remove();
  }
}

async function writeCsv(
  file: string,
  about: { rows: number; towns: readonly string[]; questions: readonly string[]; people: readonly Answers[] },
): Promise<void> {
  const { rows, towns, questions, people } = about;
  const out = createWriteStream(file);
  out.write(`interview_id,unit_code,${questions.join(',')}\n`);
  for (let row = 0; row < rows; row += 1) {
    const answers = people[row % people.length] ?? {};
    const cells = questions.map((question) => [answers[question] ?? ''].flat().join(';'));
    const line = `T${String(row).padStart(7, '0')},${towns[row % towns.length]},${cells.join(',')}\n`;
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
}
