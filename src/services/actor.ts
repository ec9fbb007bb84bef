import { AppError } from '../core/errors.ts';

/** Roles of staff, from the widest to the narrowest. */
export const ROLES = ['administrator', 'survey-manager', 'reviewer', 'leader', 'publicity', 'interviewer'] as const;
export type Role = (typeof ROLES)[number];

/**
 * Who does something. Staff belong to a unit and act within its subtree. The operator is whoever holds the
 * machine's shell (the command line, the first start, the demo): it sees everything and is named in the audit log.
 */
export type Actor =
  | {
      readonly kind: 'staff';
      readonly id: string;
      readonly name: string;
      readonly role: Role;
      readonly unitCode: string;
      /** Path of the unit in the tree; the actor's scope is everything below it. */
      readonly unitPath: string;
    }
  | { readonly kind: 'operator'; readonly id: 'operator'; readonly name: string };

export const OPERATOR: Actor = { kind: 'operator', id: 'operator', name: 'operator' };

/** What staff may do, and which roles may. Every verb of the services names one of these. */
const PERMISSIONS = {
  'unit.read': ROLES,
  'unit.import': ['administrator'],
  'survey.read': ['administrator', 'survey-manager', 'reviewer', 'leader'],
  'survey.publish': ['administrator', 'survey-manager'],
  'wave.read': ROLES,
  'wave.manage': ['administrator', 'survey-manager'],
  'response.import': ['administrator', 'survey-manager'],
  'invitation.create': ['administrator', 'survey-manager'],
  'link.read': ['administrator', 'survey-manager', 'reviewer', 'publicity', 'interviewer'],
  'result.read': ['administrator', 'survey-manager', 'reviewer', 'leader', 'publicity'],
  'tally.rebuild': ['administrator'],
  'account.manage': ['administrator'],
  'audit.read': ['administrator'],
  'output.read': ['administrator', 'survey-manager', 'reviewer', 'leader', 'publicity'],
  'output.write': ['administrator', 'reviewer', 'publicity'],
  'output.review': ['administrator', 'reviewer'],
  'month.close': ['administrator', 'reviewer'],
  'kind.manage': ['administrator'],
  'case.work': ['administrator', 'survey-manager', 'interviewer'],
  'fieldwork.read': ['administrator', 'survey-manager', 'reviewer'],
  'fieldwork.manage': ['administrator', 'survey-manager'],
  'number.import': ['administrator', 'survey-manager'],
  'number.reveal': ['administrator', 'survey-manager', 'interviewer'],
  'call.listen': ['survey-manager'],
  'recording.listen': ['administrator', 'survey-manager', 'reviewer'],
  'suppression.manage': ['administrator', 'survey-manager'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;

export function may(actor: Actor, permission: Permission): boolean {
  return actor.kind === 'operator' || (PERMISSIONS[permission] as readonly Role[]).includes(actor.role);
}

/** All the permissions of an actor, for a page that shows only what may be done. */
export function permissionsOf(actor: Actor): Permission[] {
  return (Object.keys(PERMISSIONS) as Permission[]).filter((permission) => may(actor, permission));
}

/** Refuses an actor whose role may not do this. */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (!may(actor, permission)) {
    throw new AppError('ROLE_FORBIDDEN', { role: actor.kind === 'staff' ? actor.role : actor.kind, permission });
  }
}

/**
 * THE scope function: the path under which an actor sees and acts, or null for everything. Lists, counts, exports
 * and single reads all go through it.
 */
export function scopePath(actor: Actor): string | null {
  return actor.kind === 'operator' ? null : actor.unitPath;
}

/** Refuses a unit outside the actor's subtree. */
export function requireScope(actor: Actor, unit: { readonly code: string; readonly path: string }): void {
  const scope = scopePath(actor);
  if (scope !== null && !unit.path.startsWith(scope)) throw new AppError('OUT_OF_SCOPE', { unit: unit.code });
}

/** Refuses what lies neither below nor above the actor: a county sees the city's wave that it takes part in. */
export function requireOverlap(actor: Actor, unit: { readonly code: string; readonly path: string }): void {
  const scope = scopePath(actor);
  if (scope === null || unit.path.startsWith(scope) || scope.startsWith(unit.path)) return;
  throw new AppError('OUT_OF_SCOPE', { unit: unit.code });
}
