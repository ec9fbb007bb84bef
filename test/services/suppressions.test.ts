import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INTERVIEWER, MANAGER, type PhoneWorld, startPhone } from '../support/phone.ts';
import { refusalOf, staff } from '../support/world.ts';

const COUNTY = staff('survey-manager', '610902');
const OTHER = staff('survey-manager', '610924');
const NUMBER = '13900000001';

describe('an entry of the do-not-call list', () => {
  let world: PhoneWorld;
  beforeEach(async () => {
    world = await startPhone();
  });
  afterEach(() => world.stop());

  const remove = (actor: typeof COUNTY) =>
    world.suppressions.removeSuppression(actor, { number: NUMBER, reason: '录错了' });

  it('that one county made holds everywhere, and is taken off by that county or the city, with a reason', async () => {
    await world.suppressions.addSuppression(COUNTY, { number: NUMBER, reason: '来信要求' });
    expect(await world.suppressions.isSuppressed(`+86${NUMBER}`)).toBe(true);
    const seen = async (actor: typeof COUNTY) => (await world.suppressions.listSuppressions(actor)).entries[0];
    expect(await seen(COUNTY)).toMatchObject({ unit: { code: '610902' }, mayRemove: true });
    expect(await seen(OTHER)).toMatchObject({ mayRemove: false });
    expect(await refusalOf(remove(OTHER))).toBe('SUPPRESSION_OTHERS');
    expect(await world.suppressions.isSuppressed(`+86${NUMBER}`)).toBe(true);
    expect(await remove(COUNTY)).toEqual({ removed: true });
    await world.suppressions.addSuppression(COUNTY, { number: NUMBER, reason: '来信要求' });
    expect(await remove(MANAGER)).toEqual({ removed: true });
    const log = await world.stores.audit.list(world.connection.reader, { units: null, limit: 50 });
    const removals = log.filter(({ action }) => action === 'suppression.remove');
    expect(removals.map(({ actorId }) => actorId).sort()).toEqual([COUNTY.id, MANAGER.id].sort());
    expect(removals[0]).toMatchObject({
      unitCode: '610902',
      details: { reason: '录错了', entry: { reason: '来信要求' } },
    });
  });

  it('that somebody asked for in a call is the city’s to take off', async () => {
    await world.begin(1);
    const held = await world.call(INTERVIEWER);
    await world.desk.closeCase(INTERVIEWER, held, { disposition: '2.112', neverAgain: true });
    expect((await world.suppressions.listSuppressions(COUNTY)).entries[0]).toMatchObject({
      unit: null,
      mayRemove: false,
    });
    expect(await refusalOf(remove(COUNTY))).toBe('SUPPRESSION_OTHERS');
    expect(await remove(MANAGER)).toEqual({ removed: true });
  });

  it('is not brought in by a list that stops calls of another county', async () => {
    await world.begin(2);
    const file = await world.numbersFile(`电话\n${NUMBER}\n13900000002\n13900000099\n`);
    const list = { file, reason: '上级下发', source: '名单' };
    // The cases are in 610902; the neighbour's list would end them.
    const tried = await world.suppressionLists.importSuppressions(OTHER, { ...list, dryRun: true });
    expect(tried).toMatchObject({ rows: 3, added: 3, outside: 2 });
    expect(await refusalOf(world.suppressionLists.importSuppressions(OTHER, list))).toBe('SUPPRESSIONS_OUTSIDE');
    expect(await world.suppressions.isSuppressed('+8613900000099')).toBe(false);
    const own = await world.suppressionLists.importSuppressions(COUNTY, list);
    expect(own).toMatchObject({ added: 3, outside: 0, cases: 2, ended: 2 });
  });
});
