import type { Text } from '../text.ts';

/** 存量 what stands now (a notice board), 流量 what was done in a period (leaflets handed out). Never added together. */
export const MEASURES = ['flow', 'stock'] as const;
export type Measure = (typeof MEASURES)[number];

/** 投入 → 产出 → 到达: organisation, output, out-take. What residents know and think is the survey's to say. */
export const STAGES = ['input', 'output', 'out-take'] as const;
export type Stage = (typeof STAGES)[number];

export const AUDIENCES = ['residents', 'readers', 'participants', 'officials', 'pupils'] as const;
export type Audience = (typeof AUDIENCES)[number];

export const MEDIA_LEVELS = ['central', 'province', 'city', 'county', 'town'] as const;
/** 媒体级别, from the highest to the lowest. */
export type MediaLevel = (typeof MEDIA_LEVELS)[number];

/** Options of the survey's question “where did you hear of it”, which the kinds are held against. */
export const CHANNELS = [
  'tv-radio',
  'wechat-video',
  'board-banner',
  'leaflet',
  'home-visit',
  'talk-show',
  'school',
] as const;
export type Channel = (typeof CHANNELS)[number];

/** A kind of publicity output 宣传产出. Administrators add their own; the shipped ones stay. */
export interface Kind {
  readonly code: string;
  readonly name: Text;
  /** The one unit of measure in which it is counted: 份, 条, 场. */
  readonly unit: string;
  /** The same in English, of many: copies. An administrator's own kind may go without. */
  readonly unitEn?: string | undefined;
  /** Other words for the same unit (幅 for 条): the number means the same. */
  readonly unitAliases: readonly string[];
  readonly measure: Measure;
  readonly stage: Stage;
  readonly audience: Audience;
  /** Whether it is published by media of some level, with a title and perhaps reposts. */
  readonly inMedia: boolean;
  readonly channel: Channel | null;
  /** Words by which tables and people call it. */
  readonly aliases: readonly string[];
}

type Shape = Pick<Kind, 'unit' | 'unitEn' | 'measure'> &
  Partial<Pick<Kind, 'unitAliases' | 'stage' | 'audience' | 'inMedia' | 'channel'>>;

const kind = (code: string, zh: string, en: string, shape: Shape, ...aliases: string[]): Kind => ({
  ...{ code, name: { zh, en }, stage: 'output', audience: 'residents', inMedia: false, channel: null },
  ...{ unitAliases: [], ...shape, aliases },
});

type Units = readonly [unit: string, unitEn: string];
const flow = ([unit, unitEn]: Units, ...unitAliases: string[]) =>
  ({ unit, unitEn, unitAliases, measure: 'flow' }) as const;
const stock = ([unit, unitEn]: Units, ...unitAliases: string[]) =>
  ({ unit, unitEn, unitAliases, measure: 'stock' }) as const;

/** What publicity staff report, by the source documents and the published ledgers of the field. */
export const SHIPPED_KINDS: readonly Kind[] = [
  // Printed matter: what was handed out or put up in the period.
  kind(
    'leaflet',
    '宣传资料',
    'Leaflets handed out',
    { ...flow(['份', 'copies'], '张', '页'), channel: 'leaflet' },
    '发放宣传资料',
    '宣传单',
    '宣传页',
    '彩页',
    '折页',
    '宣传折页',
    '明白纸',
    '传单',
    '宣传材料',
  ),
  kind(
    'booklet',
    '宣传手册',
    'Booklets handed out',
    { ...flow(['册', 'copies'], '本', '份'), channel: 'leaflet' },
    '手册',
    '参考资料',
    '口袋书',
  ),
  kind(
    'notice',
    '公告',
    'Public notices put up',
    { ...flow(['份', 'copies'], '张'), channel: 'board-banner' },
    '张贴公告',
    '通告',
    '纸质通告',
    '公开信张贴',
  ),
  kind(
    'letter',
    '公开信',
    'Letters to households',
    { ...flow(['份', 'letters'], '封'), channel: 'leaflet' },
    '一封信',
    '致群众的一封信',
    '家长签字问卷',
  ),
  kind(
    'pledge',
    '承诺书',
    'Pledges signed',
    { ...flow(['份', 'pledges']), channel: 'home-visit' },
    '签订承诺书',
    '扫黑除恶承诺书',
    '责任书',
  ),
  kind(
    'poster',
    '海报',
    'Posters put up',
    { ...flow(['张', 'posters'], '幅', '份'), channel: 'board-banner' },
    '宣传画',
    '宣传海报',
  ),
  kind(
    'calendar',
    '挂历台历',
    'Calendars',
    { ...flow(['份', 'calendars'], '本'), channel: 'leaflet' },
    '挂历',
    '台历',
    '台签',
  ),
  kind(
    'gift',
    '宣传品',
    'Promotional goods',
    { ...flow(['份', 'items'], '个', '件', '把', '盒'), channel: 'leaflet' },
    '各类宣传品',
    '宣传用品',
    '手提袋',
    '抽纸',
    '扇子',
  ),
  // Things that hang or stand.
  kind(
    'banner',
    '横幅',
    'Banners hung',
    { ...flow(['条', 'banners'], '幅'), channel: 'board-banner' },
    '条幅',
    '悬挂条幅',
    '悬挂横幅',
    '横幅标语',
    '标语横幅',
  ),
  kind(
    'slogan',
    '固定标语',
    'Fixed slogans',
    { ...stock(['幅', 'slogans'], '条', '处'), channel: 'board-banner' },
    '固定宣传标语',
    '墙体标语',
    '墙体广告',
  ),
  kind(
    'display-board',
    '展板',
    'Display boards',
    { ...stock(['块', 'boards'], '个', '幅'), channel: 'board-banner' },
    '宣传展板',
    '流动展板',
  ),
  kind(
    'notice-board',
    '宣传栏',
    'Notice boards',
    { ...stock(['块', 'boards'], '个', '处'), channel: 'board-banner' },
    '广告牌',
    '户外广告牌',
    '黑板报',
    '公示栏',
    '固定通告',
  ),
  kind('roll-up', '易拉宝', 'Roll-up stands', { ...stock(['个', 'stands'], '幅'), channel: 'board-banner' }),
  kind(
    'led-screen',
    '电子屏',
    'Electronic screens',
    { ...stock(['块', 'screens'], '个', '处'), channel: 'board-banner' },
    'LED',
    'LED屏',
    'LED显示屏',
    '电子显示屏',
  ),
  kind(
    'publicity-point',
    '宣传点',
    'Publicity points',
    { ...stock(['个', 'points'], '处'), channel: 'board-banner' },
    '设立宣传点',
    '固定宣传点',
    '宣传站点',
    '站点',
  ),
  kind(
    'culture-park',
    '文化公园',
    'Theme parks',
    { ...stock(['处', 'parks'], '个'), channel: 'board-banner' },
    '扫黑除恶文化公园',
    '主题公园',
    '法治公园',
  ),
  kind(
    'culture-corridor',
    '文化长廊',
    'Theme corridors',
    { ...stock(['处', 'corridors'], '个', '条'), channel: 'board-banner' },
    '宣传长廊',
  ),
  kind('report-box', '举报箱', 'Report boxes', { ...stock(['个', 'boxes'], '处'), stage: 'input' }, '举报信箱'),
  kind(
    'publicity-van',
    '宣传车',
    'Publicity vans',
    { ...stock(['台', 'vans'], '辆'), channel: 'tv-radio' },
    '流动宣传车',
  ),
  kind(
    'van-trip',
    '宣传车出动',
    'Trips of publicity vans',
    { ...flow(['车次', 'trips'], '次'), channel: 'tv-radio' },
    '出动宣传车',
  ),
  kind('demonstration-site', '示范点', 'Demonstration sites', stock(['个', 'sites'], '处'), '基层示范点'),
  // Broadcast and network.
  kind(
    'loudspeaker',
    '村村响广播',
    'Village loudspeakers',
    { ...flow(['时段', 'broadcasts'], '个时段', '次'), channel: 'tv-radio' },
    '广播',
    '大喇叭',
    '应急广播',
    '村村通广播',
  ),
  // Hours are no broadcasts: added together they would be neither.
  kind(
    'broadcast-time',
    '广播时长',
    'Hours of broadcasting',
    { ...flow(['小时', 'hours'], '个小时'), channel: 'tv-radio' },
    '播放时长',
    '播音时长',
    '大喇叭时长',
    '村村响广播时长',
    '宣传车播放时长',
  ),
  kind(
    'text-message',
    '短信',
    'Text messages',
    { ...flow(['条', 'messages']), channel: 'wechat-video' },
    '宣传短信',
    '手机短信',
  ),
  kind(
    'post',
    '推送图文',
    'Posts',
    { ...flow(['条', 'posts'], '篇'), inMedia: true, channel: 'wechat-video' },
    '微信文章',
    '微信公众号',
    '推送问答产品',
    '推送扫黑除恶案例',
    '推送案例',
    '公众号文章',
    '网络信息',
    '图文',
    '微博',
  ),
  kind(
    'video',
    '短视频',
    'Short videos',
    { ...flow(['个', 'videos'], '部', '条'), inMedia: true, channel: 'wechat-video' },
    '微视频',
    '短视频（抖音、快手）',
    '视频',
    '宣传片',
    '抖音',
  ),
  kind(
    'media-piece',
    '媒体宣传稿件',
    'Media pieces',
    { ...flow(['篇', 'pieces'], '条', '期', '期次'), inMedia: true, channel: 'tv-radio' },
    '新闻报道',
    '媒体稿件',
    '宣传稿件',
    '报道',
    '信息稿件',
    '新闻稿件',
    '媒体报道',
    '信息发布',
  ),
  kind('press-conference', '新闻发布会', 'Press conferences', {
    ...flow(['次', 'conferences'], '场'),
    channel: 'tv-radio',
  }),
  // Events.
  kind(
    'talk',
    '宣讲活动',
    'Talks',
    { ...flow(['场', 'talks'], '场次', '次'), channel: 'talk-show' },
    '宣讲',
    '宣讲会',
    '院坝会',
    '法治讲座',
    '宣传活动',
    '公益宣传',
    '集中宣传活动',
  ),
  kind(
    'show',
    '文艺演出',
    'Shows',
    { ...flow(['场', 'shows'], '场次'), channel: 'talk-show' },
    '巡回演出',
    '演出',
    '文艺汇演',
  ),
  kind(
    'legal-advice',
    '法律咨询',
    'Legal advice events',
    { ...flow(['场', 'events'], '次'), channel: 'talk-show' },
    '法律咨询活动',
  ),
  kind(
    'answered-question',
    '解答群众疑问',
    'Questions answered',
    { ...flow(['次', 'questions'], '人次', '条'), stage: 'out-take', channel: 'home-visit' },
    '解答咨询',
    '接受咨询',
  ),
  kind(
    'home-visit',
    '入户宣传',
    'Households visited',
    { ...flow(['户', 'households'], '户次'), channel: 'home-visit' },
    '入户走访',
    '上门宣传',
    '走访宣传',
  ),
  kind(
    'school-lesson',
    '进校园活动',
    'School lessons',
    { ...flow(['场', 'lessons'], '场次', '次', '节'), audience: 'pupils', channel: 'school' },
    '法治课',
    '法治进校园',
    '开学第一课',
  ),
  kind(
    'quiz',
    '有奖问卷',
    'Quizzes answered',
    { ...flow(['份', 'sheets'], '人次'), audience: 'participants', channel: 'talk-show' },
    '有奖问答',
    '知识竞赛',
  ),
  kind(
    'signature',
    '群众签名',
    'Signatures',
    { ...flow(['位', 'signatures'], '人', '个'), stage: 'out-take', audience: 'participants', channel: 'talk-show' },
    '签名活动',
  ),
  // Inside the organisation: these reach officials, not residents.
  kind(
    'training',
    '专题培训',
    'Trainings',
    { ...flow(['场', 'trainings'], '期', '次'), audience: 'officials' },
    '培训',
    '反有组织犯罪法专题培训',
    '业务培训',
  ),
  kind(
    'study-session',
    '集中学习',
    'Study sessions',
    { ...flow(['次', 'sessions'], '场'), stage: 'input', audience: 'officials' },
    '学习',
    '理论学习',
  ),
  kind(
    'party-lecture',
    '主题党课',
    'Party lectures',
    { ...flow(['场', 'lectures'], '次', '堂'), stage: 'input', audience: 'officials' },
    '党课',
    '主题党日',
  ),
  kind(
    'research',
    '调查研究',
    'Research visits',
    { ...flow(['次', 'visits']), stage: 'input', audience: 'officials' },
    '调研',
  ),
  kind(
    'meeting',
    '专题会议',
    'Meetings',
    { ...flow(['次', 'meetings'], '场'), stage: 'input', audience: 'officials' },
    '会议',
    '调度会',
    '推进会',
  ),
];

/** Brackets with pinyin or remarks, spaces, and the words that every report puts before its kinds. */
export function normaliseName(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\([\p{Script=Latin}\s·]{1,12}\)/gu, '')
    .replace(/\s+/g, '')
    .toLowerCase();
}

const bare = (text: string): string => normaliseName(text).replace(/\([^)]*\)/g, '');

/**
 * The kind that a word means: its name or one of its aliases, exactly, with or without what stands in brackets.
 * Null for a word nobody has taught us: it is never guessed.
 */
export function findKind(kinds: readonly Kind[], word: string): Kind | null {
  const by = (form: (text: string) => string): Kind | undefined =>
    kinds.find((one) => [one.code, one.name.zh, one.name.en, ...one.aliases].some((name) => form(name) === form(word)));
  return by(normaliseName) ?? by(bare) ?? null;
}

/** Kinds whose words overlap with an unknown one, the likeliest first: offered, never taken. */
export function suggestKinds(kinds: readonly Kind[], word: string, limit = 3): readonly Kind[] {
  const wanted = bare(word);
  const score = (one: Kind): number =>
    Math.max(...[one.name.zh, ...one.aliases].map((name) => likeness(bare(name), wanted)));
  return kinds
    .map((one) => ({ one, score: score(one) }))
    .filter((candidate) => candidate.score >= 0.3)
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ one }) => one);
}

/** Dice's coefficient of the pairs of neighbouring characters, 0..1. */
export function likeness(a: string, b: string): number {
  if (a === b) return 1;
  const pairs = (text: string): Map<string, number> => {
    const counts = new Map<string, number>();
    for (let i = 0; i + 1 < text.length; i += 1) {
      const pair = text.slice(i, i + 2);
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    return counts;
  };
  const [first, second] = [pairs(a), pairs(b)];
  const total = Math.max(0, a.length - 1) + Math.max(0, b.length - 1);
  if (total === 0) return 0;
  let shared = 0;
  for (const [pair, n] of first) shared += Math.min(n, second.get(pair) ?? 0);
  return (2 * shared) / total;
}

/** True when a number given in this unit of measure counts the kind: `幅` for banners, never `人次` for leaflets. */
export function isUnitOf(one: Kind, unit: string): boolean {
  return unit === one.unit || one.unitAliases.includes(unit);
}
