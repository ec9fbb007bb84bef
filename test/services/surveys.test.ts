import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { countySurvey, createWorld, readSurvey, refusal, refusalOf, staff, type World } from '../support/world.ts';

describe.each(DIALECTS)('surveys on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
  });
  afterEach(() => db.close());

  const reworded = () =>
    countySurvey(({ definition }) => ({
      definition: definition.replaceAll('感觉安全还是不安全', '觉得安全还是不安全'),
    }));

  test.each(['saohei-county', 'peace-five', 'industries-twelve'])('%s of the repository is published', async (code) => {
    const input = { definition: readSurvey(code), indicators: readSurvey(`${code}.indicators`) };
    const report = await world.surveys.publishSurvey(OPERATOR, input);
    expect(report).toMatchObject({ surveyCode: code, version: 1, created: true, differences: null });
    expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(await world.audit()).toEqual([`operator survey.publish ${code}@1 @null`]);
  });

  test('the same content again is the same version', async () => {
    await world.surveys.publishSurvey(OPERATOR, countySurvey());
    expect(await world.surveys.publishSurvey(OPERATOR, countySurvey())).toMatchObject({ version: 1, created: false });
    expect(await world.surveys.listSurveys(OPERATOR)).toHaveLength(1);
    expect(await world.audit()).toHaveLength(1);
  });

  test('a changed wording is a new version, and the difference is named', async () => {
    await world.surveys.publishSurvey(OPERATOR, countySurvey());
    const report = await world.surveys.publishSurvey(OPERATOR, reworded());
    expect(report).toMatchObject({ version: 2, created: true });
    expect(report.differences?.map(({ text }) => text.zh).join()).toContain('觉得安全还是不安全');
    const newest = await world.surveys.getSurvey(OPERATOR, 'saohei-county');
    expect([newest.version, newest.versions]).toEqual([2, [2, 1]]);
    expect(newest.differences).toEqual(report.differences);
    expect((await world.surveys.getSurvey(OPERATOR, 'saohei-county', 1)).differences).toBeNull();
    expect(await refusalOf(world.surveys.getSurvey(OPERATOR, 'saohei-county', 3))).toBe('NOT_FOUND');
    expect(await refusalOf(world.surveys.getSurvey(OPERATOR, 'nothing'))).toBe('NOT_FOUND');
  });

  test('a dry run shows the difference and publishes nothing', async () => {
    await world.surveys.publishSurvey(OPERATOR, countySurvey());
    const report = await world.surveys.publishSurvey(OPERATOR, { ...reworded(), dryRun: true });
    expect(report).toMatchObject({ version: 2, created: false });
    expect(report.differences).not.toEqual([]);
    expect(await world.surveys.listSurveys(OPERATOR)).toHaveLength(1);
  });

  test('what the linter refuses is not published: every finding with its sentence, nothing written', async () => {
    const expired = countySurvey(({ definition }) => ({ definition: definition.replace('2035-12-31', '2026-01-31') }));
    const error = await refusal(world.surveys.publishSurvey(OPERATOR, expired));
    expect([error.code, error.details.count]).toEqual(['SURVEY_REFUSED', 1]);
    expect(await refusalOf(world.surveys.publishSurvey(OPERATOR, { definition: [], indicators: {} }))).toBe(
      'SURVEY_REFUSED',
    );
    expect(await refusalOf(world.surveys.publishSurvey(OPERATOR, { definition: null, indicators: null }))).toBe(
      'SURVEY_REFUSED',
    );
    expect(await world.surveys.listSurveys(OPERATOR)).toEqual([]);
    expect(await world.audit()).toEqual([]);
  });

  test('two who publish at once get two versions', async () => {
    await world.warmUp();
    const both = await Promise.allSettled([
      world.surveys.publishSurvey(OPERATOR, countySurvey()),
      world.surveys.publishSurvey(OPERATOR, reworded()),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    const versions = (await world.surveys.listSurveys(OPERATOR)).map(({ version }) => version);
    expect([...versions].sort()).toEqual([1, 2]);
  });

  test('leaders read, managers publish, interviewers neither', async () => {
    await world.surveys.publishSurvey(staff('survey-manager'), countySurvey());
    expect(await world.audit()).toEqual(['survey-manager-6109 survey.publish saohei-county@1 @6109']);
    expect(await refusalOf(world.surveys.publishSurvey(staff('leader'), countySurvey()))).toBe('ROLE_FORBIDDEN');
    expect(await world.surveys.listSurveys(staff('leader'))).toHaveLength(1);
    expect(await refusalOf(world.surveys.listSurveys(staff('interviewer')))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(world.surveys.getSurvey(staff('publicity'), 'saohei-county'))).toBe('ROLE_FORBIDDEN');
  });
});
