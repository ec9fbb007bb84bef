import type { InterviewMapping } from '../core/import/mapping.ts';
import { createRandom, type RandomStream } from '../core/random.ts';
import { type DemoTown, drawHits } from './rates.ts';

/** What the city published for a year. */
export interface DemoYear {
  readonly year: number;
  readonly awareness: number;
  readonly recognition: number;
  readonly safety: number;
}

const HEADER = [
  ...['访问编号', '区县', '乡镇', '访问时间', '结果', 'S1年满18周岁', 'S2居住满半年', '性别', '年龄', '居住地'],
  ...['Q1安全感', 'Q1a不安全原因', 'Q2治安变化', 'Q3听说过的专项工作', 'Q4扫黑除恶知晓', 'Q5举报方式', 'Q6宣传渠道'],
  ...['Q7工作效果满意度', 'Q8矛盾纠纷处理', 'Q9是否被告知如何回答'],
];

const YES_NO = { 是: '1', 否: '2' };

/** How the columns of the survey house become our questions, as its mapping file would say it. */
export const DEMO_MAPPING: InterviewMapping = {
  interviewId: '访问编号',
  unit: { column: ['区县', '乡镇'], by: 'name' },
  mode: 'phone',
  date: '访问时间',
  disposition: {
    column: '结果',
    codes: { 成功: '1.1', 拒访: '2.11', 中途挂断: '2.12', 无人接听: '3.13', 空号: '4.32', 不符合条件: '4.70' },
  },
  questions: {
    adult: { column: 'S1年满18周岁', codes: YES_NO },
    resident: { column: 'S2居住满半年', codes: YES_NO },
    sex: { column: '性别' },
    age: { column: '年龄' },
    area: { column: '居住地' },
    safety: { column: 'Q1安全感' },
    problems: { column: 'Q1a不安全原因', separator: ';' },
    trend: { column: 'Q2治安变化' },
    heard: { column: 'Q3听说过的专项工作', separator: ';' },
    awareness: { column: 'Q4扫黑除恶知晓' },
    reporting: { column: 'Q5举报方式', separator: ';' },
    channels: { column: 'Q6宣传渠道', separator: ';' },
    recognition: { column: 'Q7工作效果满意度' },
    disputes: { column: 'Q8矛盾纠纷处理' },
    coached: { column: 'Q9是否被告知如何回答' },
  },
};

/**
 * The file of a phone-survey house for one year: made-up interviews, about a hundred a town, with the calls that came
 * to nothing. The seed is the year, so the file is the same everywhere.
 */
export function writeInterviews(towns: ReadonlyArray<Omit<DemoTown, 'completes'>>, year: DemoYear): string {
  const random = createRandom(year.year);
  const sized = towns.map((town) => ({ ...town, completes: random.between(88, 112) }));
  const awareness = drawHits(sized, year.awareness, random);
  const recognition = drawHits(sized, year.recognition, random);
  const safety = drawHits(sized, year.safety, random);
  const lines = [HEADER.join(',')];
  sized.forEach((town, t) => {
    const isAware = shuffled(town.completes, awareness[t] ?? 0, random);
    const isSatisfied = shuffled(town.completes, recognition[t] ?? 0, random);
    const isSafe = shuffled(town.completes, safety[t] ?? 0, random);
    let number = 0;
    const write = (result: string, cells: readonly string[]) => {
      number += 1;
      const id = `${year.year}-${town.code}-${String(number).padStart(3, '0')}`;
      const line = [id, town.county, town.name, momentOf(year.year, random), result, ...cells];
      lines.push([...line, ...Array<string>(HEADER.length - line.length).fill('')].join(','));
    };
    for (let i = 0; i < town.completes; i += 1) {
      write('成功', answer(isAware[i] === true, isSatisfied[i] === true, isSafe[i] === true, random));
      // The calls in between that came to nothing.
      while (random.next() < 0.35) write(...fail(random));
    }
  });
  return `${lines.join('\n')}\n`;
}

/** `n` places, `hits` of them true, in random order. */
function shuffled(n: number, hits: number, random: RandomStream): boolean[] {
  const places = Array.from({ length: n }, (_, i) => i < hits);
  for (let i = n - 1; i > 0; i -= 1) {
    const j = random.between(0, i);
    const kept = places[i] === true;
    places[i] = places[j] === true;
    places[j] = kept;
  }
  return places;
}

/** Evenings and weekends of the fieldwork, October and November. */
function momentOf(year: number, random: RandomStream): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const hour = random.pick({ 10: 1, 14: 1, 18: 3, 19: 4, 20: 3 });
  return `${year}-${random.between(10, 11)}-${two(random.between(8, 30))} ${hour}:${two(random.between(0, 59))}`;
}

function fail(random: RandomStream): [result: string, cells: readonly string[]] {
  const result = random.pick({ 无人接听: 45, 拒访: 35, 中途挂断: 8, 空号: 8, 不符合条件: 4 });
  if (result === '不符合条件') return [result, ['否']];
  if (result !== '中途挂断') return [result, []];
  return [result, ['是', '是', random.pick(SEX), ageOf(random), random.pick(AREA)]];
}

const SEX = { 男: 51, 女: 49 };
const AREA = { 城镇: 44, 农村: 54, 说不清: 2 };
const LESS_SAFE = { 一般: 50, 不太安全: 14, 很不安全: 4, 说不清: 24, 不愿回答: 8 };
const LESS_AWARE = { 不知道: 66, 说不清: 27, 不愿回答: 7 };
const LESS_SATISFIED = { 一般: 44, 不太满意: 12, 很不满意: 4, 说不清: 31, 不愿回答: 9 };

function ageOf(random: RandomStream): string {
  const [low, high] = random
    .pick({ '18-29': 15, '30-39': 19, '40-49': 21, '50-59': 23, '60-82': 22 })
    .split('-')
    .map(Number);
  return String(random.between(low ?? 18, high ?? 82));
}

/** The answers of one completed interview, in the order of the header from S1 on. */
function answer(isAware: boolean, isSatisfied: boolean, isSafe: boolean, random: RandomStream): string[] {
  const safety = isSafe ? random.pick({ 很安全: 62, 比较安全: 38 }) : random.pick(LESS_SAFE);
  const isUnsafe = safety === '不太安全' || safety === '很不安全';
  const reasons = { '盗窃、抢劫': 30, 电信网络诈骗: 45, 赌博: 15, '打架斗殴、寻衅滋事': 18, 黑恶势力欺压群众: 8 };
  const campaigns = { 打击电信网络诈骗: 68, 扫黑除恶: isAware ? 74 : 4, 禁毒: 42, 打击赌博: 21, 打击拐卖妇女儿童: 17 };
  const reporting = isAware
    ? {
        拨打110: 72,
        '12337网上举报平台': 23,
        到公安机关当面反映: 38,
        举报信箱或来信: 12,
        '告诉村（社区）干部或网格员': 47,
      }
    : { 拨打110: 55, 到公安机关当面反映: 22 };
  const channels = isAware
    ? {
        ...{ '电视、广播': 41, '微信、短视频等网络平台': 58, '宣传栏、横幅、标语': 52, '宣传单、手册等资料': 33 },
        ...{ 干部或网格员上门: 29, '宣讲会、文艺演出': 12, 学校: 6, '家人、亲友、邻居': 19 },
      }
    : { '电视、广播': 12, '宣传栏、横幅、标语': 15 };
  return [
    ...['是', '是', random.pick(SEX), ageOf(random), random.pick(AREA), safety],
    isUnsafe ? tick(reasons, '说不清', random) : '',
    random.pick({ 好转了: 71, 差不多: 22, 变差了: 2, 说不清: 4, 不愿回答: 1 }),
    tick(campaigns, '都没听说过', random),
    isAware ? random.pick({ 知道: 68, '听说过，但不太了解': 32 }) : random.pick(LESS_AWARE),
    tick(reporting, '不知道怎么举报', random),
    tick(channels, '没有看到或听到过', random),
    isSatisfied ? random.pick({ 很满意: 57, 比较满意: 43 }) : random.pick(LESS_SATISFIED),
    random.pick({ 都能及时处理: 55, 多数能及时处理: 27, 多数不能及时处理: 3, 附近未出现过纠纷: 11, 说不清: 4 }),
    random.pick({ 没有: 95, 有: 2, 记不清: 3 }),
  ];
}

/** Some of several options, each by its chance in percent; the word for none when there is none. */
function tick(chances: Readonly<Record<string, number>>, none: string, random: RandomStream): string {
  const ticked = Object.keys(chances).filter((label) => random.next() * 100 < (chances[label] ?? 0));
  return ticked.length > 0 ? ticked.join(';') : none;
}
