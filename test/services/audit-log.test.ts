import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OPERATOR } from '../../src/services/actor.ts';
import { createAuditService } from '../../src/services/audit-log.ts';
import { DIALECTS, type TestStores, withStores } from '../support/store.ts';
import { createWorld, refusalOf, staff, type World } from '../support/world.ts';

describe.each(DIALECTS)('the audit log on %s', (dialect) => {
  let db: TestStores;
  let world: World;
  let audit: ReturnType<typeof createAuditService>;
  beforeEach(async () => {
    db = await withStores(dialect);
    world = createWorld(db);
    audit = createAuditService(db);
    await world.prepare();
  });
  afterEach(() => db.close());

  test('says who did what, when and on what, newest first', async () => {
    world.pass(1000);
    await world.waves.closeWave(staff('survey-manager'), '2026');
    const { rows, next } = await audit.listAudit(OPERATOR, {});
    expect(next).toBeNull();
    expect(rows[0]).toMatchObject({
      ...{ actorId: 'survey-manager-6109', action: 'wave.close', objectType: 'wave', objectId: '2026' },
      ...{ unitCode: '6109', at: Date.UTC(2026, 10, 10, 4) + 1000 },
    });
    const opened = await audit.listAudit(OPERATOR, { action: 'wave.open' });
    expect(opened.rows.map(({ action }) => action)).toEqual(['wave.open']);
  });

  test('an administrator sees what was done in their own subtree; others see nothing', async () => {
    await world.openWave('a', { rootUnit: '610902', period: '2026' });
    await world.openWave('b', { rootUnit: '610924', period: '2026' });
    const { rows } = await audit.listAudit(staff('administrator', '610902'), {});
    expect(rows.map(({ objectId }) => objectId)).toEqual(['a', 'a']);
    for (const role of ['survey-manager', 'leader', 'reviewer', 'publicity', 'interviewer'] as const) {
      expect(await refusalOf(audit.listAudit(staff(role), {}))).toBe('ROLE_FORBIDDEN');
    }
  });

  test('page after page shows every row once, even when several were written in one instant', async () => {
    for (let i = 0; i < 90; i += 1) {
      if (i % 3 === 0) world.pass(1);
      await world.waves.closeWave(OPERATOR, '2026');
      await world.waves.openWave(OPERATOR, '2026');
    }
    const seen: string[] = [];
    for (let before: string | null | undefined; before !== null; ) {
      const page = await audit.listAudit(OPERATOR, { before });
      seen.push(...page.rows.map(({ id }) => id));
      before = page.next;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength((await world.audit()).length);
  });
});
