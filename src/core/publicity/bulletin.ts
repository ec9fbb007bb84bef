import { periodText } from '../period.ts';
import type { Lang, Text } from '../text.ts';
import { MEDIA_LEVEL_NAMES, REACH_NAMES } from './names.ts';
import type { Qualifier } from './quantity.ts';
import type { Amount, LedgerReport, ReportGroup, ReportLine } from './report.ts';

const BEFORE: Readonly<Record<Qualifier, Text>> = {
  exact: { zh: '', en: '' },
  'at-least': { zh: '至少', en: 'at least ' },
  about: { zh: '约', en: 'about ' },
  'at-most': { zh: '至多', en: 'at most ' },
  capped: { zh: '至少', en: 'at least ' },
};

const DIGITS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });

/** A total in words: `至少12,000份`, `at least 12,000`. Null when there are only words. */
export function amountText(amount: Amount, unit: Text, lang: Lang): string | null {
  if (amount.value === null) return null;
  const digits = DIGITS.format(amount.value);
  // English names of lines say what is counted.
  return `${BEFORE[amount.qualifier][lang]}${digits}${lang === 'zh' ? unit.zh : ''}`;
}

/** The name of a line: the kind, what it reached, the level of the media. */
export function lineName(line: Pick<ReportLine, 'name' | 'reach' | 'mediaLevel'>, lang: Lang): string {
  const parts = [
    line.name[lang],
    ...(line.reach ? [REACH_NAMES[line.reach].name[lang]] : []),
    ...(line.mediaLevel ? [MEDIA_LEVEL_NAMES[line.mediaLevel][lang]] : []),
  ];
  return lang === 'zh' ? parts.join('') : parts.map((part, i) => (i === 0 ? part : part.toLowerCase())).join(', ');
}

/**
 * The paragraph for the bulletin: figures first, each with what it is short of, nothing added that must not be, no
 * slogans; last what is not in the figures.
 */
export function writeBulletin(report: LedgerReport): Text {
  return { zh: write(report, 'zh'), en: write(report, 'en') };
}

function write(report: LedgerReport, lang: Lang): string {
  const zh = lang === 'zh';
  const { unit, period, months, running, total } = report;
  // Parts by level of media say in a paragraph no more than their sum.
  const lines = total.lines.filter(({ mediaLevel }) => mediaLevel === null);
  const name = zh ? periodText(period, lang) : period;
  const list = (group: ReportGroup, withMore = false): string =>
    lines
      .filter((line) => line.group === group)
      .flatMap((line) => itemOf(line, { lang, months: withMore ? months : null }))
      .join(zh ? '；' : '; ');
  const sentence = (head: string, body: string): string[] => (body === '' ? [] : [`${head}${body}${zh ? '。' : '.'}`]);
  const until = `${Number(months.to.slice(0, 4))}年${Number(months.to.slice(5))}月底`;
  const sentences = [
    ...sentence(zh ? `${name}，${unit.name}宣传产出：` : `${unit.name}, ${name}: `, list('output', true)),
    ...sentence(
      zh
        ? `${running ? '目前' : `截至${until}`}现有：`
        : `Standing ${running ? 'now' : `at the end of ${months.to}`}: `,
      list('stock'),
    ),
    ...sentence(zh ? '到达：' : 'Reached: ', list('reach')),
    ...sentence(zh ? '组织工作：' : 'Organisation: ', list('input')),
  ];
  if (sentences.length === 0) {
    sentences.push(zh ? `${name}，${unit.name}没有登记宣传产出。` : `${unit.name} entered no publicity in ${name}.`);
  }
  return [...sentences, ...remarks(report, lines, lang)].join(zh ? '' : ' ');
}

function itemOf(
  line: ReportLine,
  { lang, months }: { readonly lang: Lang; readonly months: LedgerReport['months'] | null },
): string[] {
  const zh = lang === 'zh';
  const text = (amount: Amount | null): string | null => amount && amountText(amount, line.unit, lang);
  const now = text(line.period);
  if (now === null) return [];
  const before = text(line.lastYear);
  const sinceJanuary = months && months.from.slice(5) !== '01' ? text(line.toDate) : null;
  const toDate = sinceJanuary === now ? null : sinceJanuary;
  const more = [
    ...(toDate !== null ? [zh ? `1至${Number(months?.to.slice(5))}月累计${toDate}` : `${toDate} since January`] : []),
    ...(before !== null ? [zh ? `上年同期${before}` : `a year earlier ${before}`] : []),
  ];
  const brackets = more.length === 0 ? '' : zh ? `（${more.join('，')}）` : ` (${more.join(', ')})`;
  const name = lineName(line, lang);
  if (!zh) return [`${name} ${now}${brackets}`];
  // 参与人次至少584人次 would say it twice.
  return [`${name.endsWith(line.unit.zh) ? name.slice(0, -line.unit.zh.length) : name}${now}${brackets}`];
}

/** What a reader must know of the figures: what is not in them, what nobody reviewed, what they do not say. */
function remarks({ total, stated }: LedgerReport, lines: readonly ReportLine[], lang: Lang): string[] {
  const zh = lang === 'zh';
  const uncounted = lines.reduce((n, { period }) => n + (period?.uncounted ?? 0), 0);
  const periods = [...new Set(stated.map(({ statedPeriod }) => `“${statedPeriod}”`))].slice(0, 3);
  return [
    ...(uncounted > 0
      ? [zh ? `另有${uncounted}项只有文字，未计数。` : `${uncounted} more entries have words and no number.`]
      : []),
    ...(total.unreviewed > 0
      ? [zh ? `本期尚有${total.unreviewed}条未审核。` : `${total.unreviewed} entries are not reviewed yet.`]
      : []),
    ...(stated.length > 0
      ? [
          zh
            ? `${stated.length}条只注明期间（${periods.join('、')}），不在以上数字之内。`
            : `${stated.length} entries that only state a period (${periods.join(', ')}) are not included.`,
        ]
      : []),
    zh ? '以上是所做工作的数量，不说明效果。' : 'These figures say what was done, not what it achieved.',
  ];
}
