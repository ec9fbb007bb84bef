import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { createWorld, refusalOf, staff, UNITS, type World } from '../support/world.ts';

const INVITATIONS = { unit: '610902104', count: 3, validUntil: '2026-11-20' };

describe.each(DIALECTS)('links on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
    await world.prepare();
  });
  afterEach(() => db.close());

  const list = async (actor = OPERATOR, under: string | null = null, level: 'town' | 'village' | null = null) =>
    world.links.listLinks(actor, '2026', { under, level });

  test('every unit down to the town has its link, with those who took part through it', async () => {
    await world.loadUnits(`${UNITS}610902104001,一村,village,610902104,,\n`);
    await world.answer('610902104');
    await world.answer('610902104', { adult: '2' });
    const links = await list();
    expect(links.map(({ unit }) => unit.level)).not.toContain('village');
    const town = links.find(({ unit }) => unit.code === '610902104');
    expect(town).toMatchObject({ url: `https://survey.test/s/${await world.placeCode('610902104')}`, participants: 1 });
    expect((await list(OPERATOR, '610902', 'village')).map(({ unit }) => unit.code)).toEqual(['610902104001']);
  });

  test('the links of units outside the wave are not the wave’s', async () => {
    await world.openWave('county', { rootUnit: '610902', period: '2026' });
    const codes = (await world.links.listLinks(OPERATOR, 'county', { under: null, level: null })).map(
      ({ unit }) => unit.code,
    );
    expect(codes).toEqual(['610902', '610902104', '610902107']);
    for (const under of ['610924', '6109']) {
      expect(await refusalOf(world.links.listLinks(OPERATOR, 'county', { under, level: null }))).toBe(
        'UNIT_OUTSIDE_WAVE',
      );
    }
  });

  test('each sees the links of their own subtree; leaders see none', async () => {
    expect((await list(staff('publicity', '610902'))).map(({ unit }) => unit.code)).toEqual([
      '610902',
      '610902104',
      '610902107',
    ]);
    expect(await refusalOf(list(staff('publicity', '610902'), '610924'))).toBe('OUT_OF_SCOPE');
    expect(await refusalOf(list(staff('leader')))).toBe('ROLE_FORBIDDEN');
  });

  test('single-use links of a county enter no rate, and whoever makes them is told', async () => {
    const order = { ...INVITATIONS, unit: '610902' };
    const { links, warnings } = await world.links.createInvitations(OPERATOR, '2026', order);
    expect([links.length, warnings.map(({ code }) => code)]).toEqual([3, ['INVITATION_UNPLACED']]);
    // A county without towns is a place of its own.
    await world.loadUnits(`${UNITS}610921,汉阴县,county,6109,5000,\n`);
    const whole = await world.links.createInvitations(OPERATOR, '2026', { ...INVITATIONS, unit: '610921' });
    expect(whole.warnings).toEqual([]);
  });

  test('single-use links are different, are stored as hashes only, and leave an audit row', async () => {
    const { links, warnings } = await world.links.createInvitations(OPERATOR, '2026', INVITATIONS);
    expect(warnings).toEqual([]);
    expect(new Set(links).size).toBe(3);
    const token = links[0]?.split('/i/')[1] ?? '';
    expect(token.length).toBeGreaterThanOrEqual(16);
    expect(await world.stores.invitations.findByTokenHash(world.connection.reader, token)).toBeNull();
    const hash = world.tickets.hashToken(token);
    expect(await world.stores.invitations.findByTokenHash(world.connection.reader, hash)).toMatchObject({
      unitCode: '610902104',
      expiresAt: Date.parse('2026-11-21T00:00:00+08:00'),
    });
    expect((await world.audit()).at(-1)).toBe('operator invitation.create 2026 @610902104');
  });

  test.each<[string, object, string]>([
    ['none', { count: 0 }, 'INVITATION_COUNT'],
    ['half a link', { count: 1.5 }, 'INVITATION_COUNT'],
    ['too many', { count: 5001 }, 'INVITATION_COUNT'],
    ['a day that is none', { validUntil: '2026-02-30' }, 'DAY_BAD'],
    ['a day that has passed', { validUntil: '2026-11-09' }, 'DAY_PAST'],
    ['a unit nobody knows', { unit: '99' }, 'NOT_FOUND'],
  ])('links for %s are refused and nothing is written', async (_, change, code) => {
    expect(await refusalOf(world.links.createInvitations(OPERATOR, '2026', { ...INVITATIONS, ...change }))).toBe(code);
    expect(await world.stores.invitations.count(world.connection.reader, (await world.waveRow()).id)).toEqual([]);
  });

  test('only those who may, for their own units, while the wave takes such answers', async () => {
    const create = (actor = OPERATOR, wave = '2026') => world.links.createInvitations(actor, wave, INVITATIONS);
    expect(await refusalOf(create(staff('publicity')))).toBe('ROLE_FORBIDDEN');
    expect(await refusalOf(create(staff('survey-manager', '610924')))).toBe('OUT_OF_SCOPE');
    expect((await create(staff('survey-manager', '610902'))).links).toHaveLength(3);
    await world.openWave('phone', { modes: ['phone'], period: '2026' });
    expect(await refusalOf(create(OPERATOR, 'phone'))).toBe('WAVE_MODE');
    await world.openWave('county', { rootUnit: '610924', period: '2026' });
    expect(await refusalOf(create(OPERATOR, 'county'))).toBe('UNIT_OUTSIDE_WAVE');
    await world.waves.closeWave(OPERATOR, '2026');
    expect(await refusalOf(create())).toBe('WAVE_NOT_OPEN');
  });
});
