import { randomBytes } from 'node:crypto';
import { AppError, type Problem } from '../core/errors.ts';
import { planStrata } from '../core/indicators/strata.ts';
import { DISPOSITION } from '../core/indicators/types.ts';
import { isDay } from '../core/period.ts';
import { LEVELS, type Level } from '../core/units/types.ts';
import { type Actor, requirePermission, requireScope, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { Tickets } from './tickets.ts';
import { findUnit } from './units.ts';
import { findWave } from './waves.ts';

/** So many single-use links are made at a time. */
const MOST_INVITATIONS = 5000;
const DAY_MS = 86_400_000;

export type LinkService = ReturnType<typeof createLinkService>;

export function createLinkService(deps: Deps & { readonly tickets: Tickets; readonly baseUrl: () => string }) {
  const { connection, stores, clock, newId, today, tickets, baseUrl } = deps;
  return {
    /** The open links of a wave's units, with how many completed the survey through each. */
    async listLinks(
      actor: Actor,
      waveCode: string,
      filter: { readonly under: string | null; readonly level: Level | null },
    ) {
      requirePermission(actor, 'link.read');
      const wave = await findWave(deps, waveCode);
      const area = await findUnit(deps, wave.rootUnit);
      const root = filter.under === null ? area : await findUnit(deps, filter.under);
      if (filter.under !== null) {
        requireScope(actor, root);
        if (!root.path.startsWith(area.path))
          throw new AppError('UNIT_OUTSIDE_WAVE', { unit: root.code, wave: wave.code });
      }
      const scope = scopePath(actor);
      const units = (await stores.units.listSubtree(connection.reader, root.path)).filter(
        (unit) =>
          (scope === null || unit.path.startsWith(scope)) &&
          (filter.level === null ? LEVELS.indexOf(unit.level) <= LEVELS.indexOf('town') : unit.level === filter.level),
      );
      const counts = await stores.tallies.readTotals(connection.reader, wave.id, [DISPOSITION]);
      const participants = new Map<string, number>();
      for (const { unit, mode, outcome, n } of counts) {
        if (mode === 'web-open' && outcome === '1.1') participants.set(unit, (participants.get(unit) ?? 0) + n);
      }
      return units.map(({ code, name, level, parentCode, placeCode }) => ({
        unit: { code, name, level, parentCode },
        url: `${baseUrl()}/s/${placeCode}`,
        participants: participants.get(code) ?? 0,
      }));
    },

    /** Makes single-use links for a unit. They are shown this once; only their hashes are kept. Warns of links that no rate will count. */
    async createInvitations(
      actor: Actor,
      waveCode: string,
      input: { readonly unit: string; readonly count: number; readonly validUntil: string },
    ): Promise<{ readonly links: readonly string[]; readonly warnings: readonly Problem[] }> {
      requirePermission(actor, 'invitation.create');
      if (!Number.isInteger(input.count) || input.count < 1 || input.count > MOST_INVITATIONS) {
        throw new AppError('INVITATION_COUNT', { value: input.count, most: MOST_INVITATIONS });
      }
      if (!isDay(input.validUntil)) throw new AppError('DAY_BAD', { field: 'validUntil', value: input.validUntil });
      if (input.validUntil < today()) {
        throw new AppError('DAY_PAST', { field: 'validUntil', value: input.validUntil });
      }
      return connection.transaction(async (tx) => {
        const wave = await findWave(deps, waveCode, tx);
        const unit = await findUnit(deps, input.unit, tx);
        requireScope(actor, unit);
        const root = await findUnit(deps, wave.rootUnit, tx);
        if (!unit.path.startsWith(root.path))
          throw new AppError('UNIT_OUTSIDE_WAVE', { unit: unit.code, wave: wave.code });
        if (wave.state === 'closed') throw new AppError('WAVE_NOT_OPEN', { wave: wave.code });
        if (!wave.modes.includes('web-token')) throw new AppError('WAVE_MODE', { wave: wave.code, mode: 'web-token' });
        const tokens = Array.from({ length: input.count }, () => randomBytes(12).toString('base64url'));
        const now = clock();
        await stores.invitations.insertMany(
          tx,
          tokens.map((token) => ({
            id: newId(),
            tokenHash: tickets.hashToken(token),
            waveId: wave.id,
            unitCode: unit.code,
            state: 'open' as const,
            // Valid through the last day where the fieldwork is done; China has one time zone.
            expiresAt: Date.parse(`${input.validUntil}T00:00:00+08:00`) + DAY_MS,
            createdAt: now,
          })),
        );
        await recordAudit(deps, tx, actor, {
          action: 'invitation.create',
          objectType: 'wave',
          objectId: wave.code,
          unitCode: unit.code,
          details: { count: tokens.length, validUntil: input.validUntil },
        });
        const { stratumOf } = planStrata(await stores.units.listSubtree(tx, root.path));
        const isPlaced = (stratumOf.get(unit.code) ?? -1) >= 0;
        return {
          links: tokens.map((token) => `${baseUrl()}/i/${token}`),
          warnings: isPlaced ? [] : [{ code: 'INVITATION_UNPLACED', details: { unit: unit.name } }],
        };
      });
    },
  };
}
