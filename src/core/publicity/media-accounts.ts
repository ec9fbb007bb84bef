import type { Text } from '../text.ts';
import type { Quantity } from './quantity.ts';

/** Where accounts are kept, in the order in which they are offered. */
export const PLATFORMS = ['wechat', 'channels', 'douyin', 'kuaishou', 'weibo', 'toutiao', 'website', 'other'] as const;
export type Platform = (typeof PLATFORMS)[number];

export const PLATFORM_NAMES: Readonly<Record<Platform, Text>> = {
  wechat: { zh: '微信公众号', en: 'WeChat account' },
  channels: { zh: '微信视频号', en: 'WeChat Channels' },
  douyin: { zh: '抖音号', en: 'Douyin' },
  kuaishou: { zh: '快手号', en: 'Kuaishou' },
  weibo: { zh: '微博', en: 'Weibo' },
  toutiao: { zh: '头条号', en: 'Toutiao' },
  website: { zh: '网站', en: 'Website' },
  other: { zh: '其他平台', en: 'Other platform' },
};

/** How people call the platforms, the longer words first. */
const WORDS: Readonly<Record<Platform, readonly string[]>> = {
  wechat: ['微信公众号', '微信公众平台', '微信订阅号', '公众号', '订阅号', '微信'],
  channels: ['微信视频号', '视频号'],
  douyin: ['抖音号', '抖音'],
  kuaishou: ['快手号', '快手'],
  weibo: ['新浪微博', '官方微博', '微博'],
  toutiao: ['今日头条号', '今日头条', '头条号'],
  website: ['官方网站', '门户网站', '网站', '官网'],
  other: ['其他平台'],
};

/** An account 发布账号 under which a unit publishes, and how many followed it when. */
export interface MediaAccount {
  readonly id: string;
  /** Path of the unit whose account it is. */
  readonly unitPath: string;
  readonly platform: Platform;
  readonly name: string;
  readonly aliases: readonly string[];
  /** The last day on which it was in use; null while it is. */
  readonly endedOn: string | null;
  readonly followers: readonly FollowerFigure[];
}

export interface FollowerFigure {
  readonly day: string;
  readonly quantity: Quantity;
}

/** What an entry calls an account, so that two on different platforms are told apart: `平利县法院（微信公众号）`. */
export const accountLabel = ({ name, platform }: Pick<MediaAccount, 'name' | 'platform'>): string =>
  `${name}（${PLATFORM_NAMES[platform].zh}）`;

/** Spaces, quotes and the brackets around a platform are written by some and not by others. */
export const normaliseAccount = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s"'“”‘’《》「」【】[\]():：·|丨,，-]/g, '');

export interface NamedAccount {
  readonly outlet: string;
  /** Path of the unit whose entry it is. */
  readonly unitPath: string;
  readonly day: string;
}

/**
 * The accounts that an entry's outlet may mean: by name or one of the other names, with or without the platform before or
 * behind it. Only accounts of the entry's unit, of those above and of those below it; where the unit has one, its own.
 */
export function matchAccounts<Account extends MediaAccount>(
  accounts: readonly Account[],
  { outlet, unitPath, day }: NamedAccount,
): readonly Account[] {
  const written = normaliseAccount(outlet);
  if (written === '') return [];
  const found = accounts.filter(
    (one) =>
      (one.endedOn === null || day <= one.endedOn) &&
      (unitPath.startsWith(one.unitPath) || one.unitPath.startsWith(unitPath)) &&
      [one.name, ...one.aliases].some((name) => isCalled(written, normaliseAccount(name), one.platform)),
  );
  const own = found.filter((one) => one.unitPath === unitPath);
  return own.length > 0 ? own : found;
}

/** The account that an outlet means; null when none is meant, or when it cannot be told which of two. */
export function findAccount<Account extends MediaAccount>(
  accounts: readonly Account[],
  named: NamedAccount,
): Account | null {
  const [first, second] = matchAccounts(accounts, named);
  return first !== undefined && second === undefined ? first : null;
}

const isCalled = (written: string, name: string, platform: Platform): boolean =>
  written === name || WORDS[platform].some((word) => written === `${name}${word}` || written === `${word}${name}`);

/** The newest figure of a day or before it. */
export function followersAt(figures: readonly FollowerFigure[], day: string): FollowerFigure | null {
  return figures
    .filter((one) => one.day <= day)
    .reduce<FollowerFigure | null>((best, one) => (best === null || one.day > best.day ? one : best), null);
}
