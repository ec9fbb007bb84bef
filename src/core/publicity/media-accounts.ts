/** Where accounts are kept, in the order in which they are offered. */
export const PLATFORMS = ['wechat', 'channels', 'douyin', 'kuaishou', 'weibo', 'toutiao', 'website', 'other'] as const;
export type Platform = (typeof PLATFORMS)[number];
