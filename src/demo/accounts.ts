import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoAccount } from '../services/accounts.ts';

/** A sign-in of the demonstration, printed at the start and shown on the sign-in page. */
export interface SignIn extends DemoAccount {
  /** Empty for all units. */
  readonly unitCode: string;
}

const WHO: ReadonlyArray<Omit<SignIn, 'password'>> = [
  { username: 'admin', role: 'administrator', name: '系统管理员', unitCode: '' },
  { username: 'manager', role: 'survey-manager', name: '安康市 测评管理', unitCode: '6109' },
  { username: 'leader', role: 'leader', name: '安康市 领导', unitCode: '6109' },
  { username: 'ziyang', role: 'leader', name: '紫阳县 领导', unitCode: '610924' },
  { username: 'reviewer', role: 'reviewer', name: '紫阳县 审核', unitCode: '610924' },
  { username: 'wuli', role: 'publicity', name: '五里镇 宣传', unitCode: '610902104' },
  { username: 'interviewer', role: 'interviewer', name: '汉滨区 访问员', unitCode: '610902' },
];

/**
 * The sign-ins of this data folder's demonstration. Passwords are made per installation and kept in a file beside the
 * data, so that no password is the same everywhere, and so that a folder with real data is never taken for a demo.
 */
export function readDemoAccounts(dataDir: string): readonly SignIn[] | null {
  const file = join(dataDir, 'demo-accounts.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SignIn[]) : null;
}

export function makeDemoAccounts(dataDir: string): readonly SignIn[] {
  const accounts = WHO.map((who) => ({ ...who, password: makePassword() }));
  writeFileSync(join(dataDir, 'demo-accounts.json'), `${JSON.stringify(accounts, null, 2)}\n`, { mode: 0o600 });
  return accounts;
}

function makePassword(): string {
  const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
  const letters = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return `demo-${letters}`;
}
