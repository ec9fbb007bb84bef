import type { ReactNode } from 'react';
import type { Text } from '../../../src/core/text.ts';
import { both, num, op, over, root, row, sub, sum, sup, v, words } from './math.tsx';

/** One answer to “why this figure”: what it is, the formula, what its letters are. */
export interface Section {
  readonly id: SectionId;
  readonly title: Text;
  readonly body: readonly Text[];
  readonly formulas?: readonly ReactNode[];
  readonly where?: Text;
}

export type SectionId =
  | 'base'
  | 'rate'
  | 'denominators'
  | 'interval'
  | 'design-effect'
  | 'change'
  | 'significance'
  | 'roll-up'
  | 'coverage'
  | 'weighting'
  | 'trimming'
  | 'small-cells'
  | 'rounding'
  | 'ranks'
  | 'response'
  | 'open-web'
  | 'series';

const p = v('p');
const n = v('n');
const w = sub(v('w'), v('i'));
const hat = sub(n, words('eff'));

export const SECTIONS: readonly Section[] = [
  {
    id: 'base',
    title: { zh: '样本量', en: 'Base' },
    body: [
      {
        zh: '样本量n是这个比率用到的有效答卷份数，不加权。完成了访问、被问到这道题的人都算在内；按跳转条件没有问到的人不算。',
        en: 'The base n is the number of valid interviews behind a rate, unweighted: everybody who completed the interview and was asked. People the questionnaire did not ask are outside.',
      },
      {
        zh: '样本越多，数字越稳。有效答卷不足10份的不公布；10至29份的公布，但标注“样本少”，不判断升降。',
        en: 'The larger the base, the steadier the figure. Fewer than 10 answers are not published; 10 to 29 are, marked as a small base, without a verdict.',
      },
    ],
  },
  {
    id: 'rate',
    title: { zh: '比率', en: 'Rate' },
    body: [
      {
        zh: '比率是“计入的回答”占分母的份额。哪些回答计入，写在结果页“方法与口径”的表里；两轮计入的回答不同，就不能相减。',
        en: 'A rate is the share of the answers that count. Which ones count is in the method table of the results page; when it differs between two waves, they are not subtracted.',
      },
    ],
    formulas: [row(p, op('='), over(row(sum('i'), w, sub(v('y'), v('i'))), row(sum('i'), w)))],
    where: {
      zh: 'y为1（计入）或0（不计入）；w是这份答卷代表的人数。同一个镇内每份答卷代表的人数相同时，比率就是计入的份数除以样本量。',
      en: 'y is 1 if the answer counts, else 0; w is how many people an interview stands for. Where all interviews of a town stand for equally many, the rate is simply the answers that count over the base.',
    },
  },
  {
    id: 'denominators',
    title: { zh: '两种分母', en: 'Two denominators' },
    body: [
      {
        zh: '主要比率的分母是全部被问到的人，“说不清”和拒答也在分母里：对“知不知道”，说不清就是没有知道。旁边的“表态者中”只以表了态的人为分母，不含说不清和拒答，所以总不低于主要比率。',
        en: "The headline rate divides by everybody asked, “don't know” and refusals included: whoever cannot say has not become aware. “Of those with a view” divides by those who took a position only, and so is never lower.",
      },
      {
        zh: '用哪种分母属于口径，事先写在指标文件里，两轮必须相同。“说不清”和拒答的份额单独列出，读者可以自己换算。',
        en: "Which one is used belongs to the series, is written down beforehand and must be the same in both waves. The shares of “don't know” and of refusals are shown, so anybody can convert.",
      },
    ],
    formulas: [
      row(sub(p, words('all')), op('='), over(v('a'), row(v('a'), op('+'), v('b'), op('+'), v('c')))),
      row(sub(p, words('view')), op('='), over(v('a'), row(v('a'), op('+'), v('b')))),
    ],
    where: {
      zh: 'a为肯定，b为否定，c为说不清和拒答。',
      en: "a positive, b negative, c don't know and refused.",
    },
  },
  {
    id: 'interval',
    title: { zh: '95%区间', en: '95% interval' },
    body: [
      {
        zh: '我们问的是一部分人，不是所有人；换一批人来问，数字会略有不同。95%区间说明真实的比率大致在哪里：同样的抽样反复做，100次里约有95次以上，区间会包住真值。',
        en: 'We asked some people, not all; others would have answered a little differently. The interval says where the true rate is likely to be: of many samples drawn in the same way, at least about 95 in 100 would have an interval that contains it.',
      },
      {
        zh: '采用Korn–Graubard区间：在有效样本量上的精确（Clopper–Pearson）区间。比率接近100%时，常见的“±1.96倍标准误”会过窄，甚至宽度为零，这种区间仍然可靠。',
        en: "We use Korn and Graubard's interval: the exact (Clopper–Pearson) one, on the effective sample size. Close to 100% the familiar ±1.96 standard errors is far too narrow, at 100% even nothing; this one holds.",
      },
    ],
    formulas: [
      row(
        v('L'),
        op('='),
        sub(v('B'), num('0.025')),
        op('('),
        hat,
        p,
        op(','),
        hat,
        op('('),
        num('1'),
        op('−'),
        p,
        op(')'),
        op('+'),
        num('1'),
        op(')'),
      ),
      row(
        v('U'),
        op('='),
        sub(v('B'), num('0.975')),
        op('('),
        hat,
        p,
        op('+'),
        num('1'),
        op(','),
        hat,
        op('('),
        num('1'),
        op('−'),
        p,
        op(')'),
        op(')'),
      ),
    ],
    where: {
      zh: 'B为贝塔分布的分位数，n_eff为有效样本量（见下一节，并按自由度作了修正，不大于n）。',
      en: 'B is a quantile of the beta distribution, n_eff the effective sample size (next section, corrected for degrees of freedom, never above n).',
    },
  },
  {
    id: 'design-effect',
    title: { zh: '设计效应与有效样本量', en: 'Design effect and effective sample size' },
    body: [
      {
        zh: '各人代表的人数不同，会使误差比简单随机抽样大。设计效应是大了多少倍；有效样本量是“相当于多少份简单随机抽样的答卷”。设计效应1.5、样本量300，约相当于200份。',
        en: 'When interviews stand for different numbers of people, the error grows. The design effect is by how many times; the effective sample size is how many simple random interviews would be as good. A design effect of 1.5 on 300 interviews is worth about 200.',
      },
      {
        zh: '方差V用泰勒线性化，以镇（街道）为层计算；抽样比超过5%时作有限总体修正。',
        en: 'The variance V comes from Taylor linearisation with towns as strata, with the finite population correction where more than 5% of a town was interviewed.',
      },
      {
        zh: 'Kish设计效应只看权数有多不均匀，不看答案，用来评判权数本身。',
        en: "Kish's design effect looks at the weights alone, not at the answers: it judges the weights.",
      },
    ],
    formulas: [
      row(hat, op('='), over(row(p, op('('), num('1'), op('−'), p, op(')')), v('V'))),
      row(words('deff'), op('='), over(v('V'), row(sup(v('s'), num('2')), op('/'), n))),
      row(
        sub(words('deff'), words('Kish')),
        op('='),
        over(row(n, sum('i'), both(v('w'), v('i'), num('2'))), sup(row(op('('), sum('i'), w, op(')')), num('2'))),
      ),
    ],
    where: {
      zh: 's²为答案的加权方差，s²/n即简单随机抽样的方差。',
      en: 's² is the weighted variance of the answers, s²/n what simple random sampling would give.',
    },
  },
  {
    id: 'change',
    title: { zh: '变化', en: 'Change' },
    body: [
      {
        zh: '变化是本轮印出的比率减去相比那一轮印出的比率，单位是“个百分点”，不是“百分之几”：92.45%到97.97%，是上升5.52个百分点。',
        en: "The change is this wave's printed rate minus that of the wave it is compared with, in points and never in per cent: from 92.45% to 97.97% is up 5.52 points.",
      },
      {
        zh: '有上年同期的一轮，就与它比，称“同比”；没有的，与同一口径最近的一轮比，并写明是哪一轮。',
        en: 'It is against the same period a year earlier where there is such a wave; where there is none, against the newest earlier wave of the series, and the page names it.',
      },
      {
        zh: '镇一级的变化区间用MOVER–Wilson法：先为两轮各算一个Wilson区间，再把两边到界限的距离合成。两轮都是100%时它也有意义。县、市汇总的变化用线性化方差和t检验。',
        en: 'For a town the interval of the change is MOVER–Wilson: a Wilson interval for each wave, their distances to the limits put together. It makes sense even when both waves are at 100%. For a roll-up it is the linearised variance with a t test.',
      },
    ],
    formulas: [
      row(
        v('L'),
        op('='),
        v('d'),
        op('−'),
        root(
          sup(row(op('('), sub(p, num('1')), op('−'), sub(v('l'), num('1')), op(')')), num('2')),
          op('+'),
          sup(row(op('('), sub(v('u'), num('2')), op('−'), sub(p, num('2')), op(')')), num('2')),
        ),
      ),
      row(
        v('U'),
        op('='),
        v('d'),
        op('+'),
        root(
          sup(row(op('('), sub(v('u'), num('1')), op('−'), sub(p, num('1')), op(')')), num('2')),
          op('+'),
          sup(row(op('('), sub(p, num('2')), op('−'), sub(v('l'), num('2')), op(')')), num('2')),
        ),
      ),
    ],
    where: {
      zh: '1为本轮，2为相比的一轮；d=p₁−p₂，用未取整的数；l、u为各轮的Wilson下限、上限。',
      en: "1 is this wave, 2 the last; d = p₁ − p₂, unrounded; l and u are the limits of each wave's Wilson interval.",
    },
  },
  {
    id: 'significance',
    title: { zh: '“显著”是什么意思', en: 'What “a reliable change” means' },
    body: [
      {
        zh: '即使群众的看法一点没变，两次抽样的数字也会不同。p值说的是：如果其实没有变化，仅凭抽样的偶然，出现这么大差别的可能有多大。',
        en: 'Even if nobody changed their mind, two samples would differ. The p value says how likely so large a difference would be by chance alone if nothing had changed.',
      },
      {
        zh: '一次看一百多个镇，纯属偶然也会有几个p值小于0.05。所以同一指标、同一级的单位一起作Benjamini–Hochberg校正，使宣布为“升”“降”的单位里，假的平均不超过5%。',
        en: 'Looking at more than a hundred towns, a few fall below 0.05 by chance. So the p values of one indicator and one level are adjusted together (Benjamini and Hochberg): among the units called up or down, at most 5% on average are false.',
      },
      {
        zh: '校正后的p值不大于0.05、两轮样本量都不少于30，才说“上升”或“下降”；否则说“无显著变化”。无显著变化不等于没有变化，只是凭这些样本还不能断定。',
        en: '“Up” or “down” needs an adjusted p of at most 0.05 and 30 answers in both waves. “No reliable change” does not mean that nothing changed: these samples cannot tell.',
      },
    ],
    formulas: [
      row(
        sub(v('q'), v('k')),
        op('='),
        sub(words('min'), row(v('j'), op('≥'), v('k'))),
        over(v('m'), v('j')),
        sub(p, row(op('('), v('j'), op(')'))),
      ),
    ],
    where: {
      zh: 'm为一起比较的单位个数，p₍ⱼ₎为从小到大第j个p值，qₖ为校正后的值。',
      en: 'm units are compared, p₍ⱼ₎ is the j-th smallest p value, qₖ the adjusted one.',
    },
  },
  {
    id: 'roll-up',
    title: { zh: '县、市的合计', en: 'Figures of counties and cities' },
    body: [
      {
        zh: '每个镇访问的份数差不多，人口却差得很多。所以县、市的比率是各镇比率按人口加权的平均，既不是各镇比率的简单平均，也不是所有答卷混在一起的份额。',
        en: "Towns have about as many interviews each, but very different populations. So a county's rate is the mean of its towns' rates by population: neither their plain mean, nor the share among all interviews thrown together.",
      },
    ],
    formulas: [
      row(p, op('='), over(row(sum('h'), sub(v('N'), v('h')), sub(p, v('h'))), row(sum('h'), sub(v('N'), v('h'))))),
    ],
    where: {
      zh: 'h为镇，N为人口（各镇有效答卷所代表的人口）。',
      en: 'h is a town, N its population (the part its valid answers stand for).',
    },
  },
  {
    id: 'coverage',
    title: { zh: '人口覆盖', en: 'Population covered' },
    body: [
      {
        zh: '有答卷的镇占本单位人口的份额。不到80%时，合计数不能代表全体，不公布；80%以上、不到100%的，写明覆盖了多少。',
        en: 'The share of the population that lives in towns with interviews. Below 80% a combined figure would not stand for the whole and is not published; between 80% and 100% the share is shown.',
      },
    ],
    formulas: [
      row(
        words('C'),
        op('='),
        over(
          row(sum('h'), sub(v('N'), v('h')), op('['), sub(n, v('h')), op('>'), num('0'), op(']')),
          row(sum('h'), sub(v('N'), v('h'))),
        ),
      ),
    ],
  },
  {
    id: 'weighting',
    title: { zh: '按性别、年龄加权', en: 'Weighting to sex and age' },
    body: [
      {
        zh: '接电话的人里，老人、女性可能偏多。给一轮测评设定了分性别、分年龄段的人口后，每份答卷的权数会调整到：各地区样本的性别构成、年龄构成都与人口一致。加权后的数是正式的数，未加权的数列在旁边。',
        en: "Those who answer the phone may be older, or more often women. Once a wave is given its population by sex and age band, the weights are moved until the sample of every area has the population's distribution of sex and of age. The weighted rate is the headline; the unweighted one stands beside it.",
      },
      {
        zh: '从设计权数（人口÷答卷数）出发，轮流按性别、按年龄调整，直到不再变动，称为迭代加权（raking）。若选事后分层，则直接按性别×年龄的每一格调整，每格至少要有10份答卷。',
        en: 'Starting from the design weights (population over interviews) they are scaled to sex and to age in turn until nothing moves: raking. Post-stratification scales to every cell of sex by age at once, and needs 10 interviews in each.',
      },
      {
        zh: '有一组人口里有人、样本里没有人，或有人性别年龄不详，就不加权，写明是哪个地区、哪一组，并只给未加权的数：不丢人，也不猜。事先允许时，份数过少的组与相邻的组合并，两轮合并得一样，合并了什么也写出来。',
        en: "If the population has a group that the sample lacks, or somebody's sex or age is unknown, nothing is weighted: the area and the group are named and the figures are the unweighted ones. Nobody is dropped or guessed. Where allowed beforehand, groups too small are merged with their neighbour, alike in both waves, and the page says which.",
      },
      {
        zh: '误差用残差计算：已知的人口构成解释掉的那部分差异不再算作误差。加权办法不同的两轮不相减。',
        en: 'The error is computed from residuals: what the known distribution explains is no longer error. Waves weighted in different ways are not subtracted.',
      },
    ],
    formulas: [
      row(
        sub(v('w'), v('i')),
        op('←'),
        sub(v('w'), v('i')),
        op('·'),
        over(sub(v('N'), v('l')), row(sum('j∈l'), sub(v('w'), v('j')))),
      ),
      row(
        sub(v('z'), v('i')),
        op('='),
        sub(v('w'), v('i')),
        op('('),
        sub(v('u'), v('i')),
        op('−'),
        both(v('x'), v('i'), words('T')),
        v('B'),
        op(')'),
      ),
    ],
    where: {
      zh: 'l为一组（如“女”或“18—29岁”），Nₗ为这组的人口；u为比率的线性化值，xᵀB为它对性别、年龄的回归（以设计权数加权），方差由z计算。',
      en: 'l is a group (women, or 18 to 29), Nₗ its population; u is the linearised value of the rate, xᵀB its regression on sex and age with the design weights; the variance is that of z.',
    },
  },
  {
    id: 'trimming',
    title: { zh: '权数封顶', en: 'Capping the weights' },
    body: [
      {
        zh: '一份答卷代表的人太多，会使结果全看这一个人。权数超过中位数5倍的压到5倍，低于五分之一的提到五分之一，再重新加权，反复到两者都满足。这会带来一点偏差，换来小得多的误差；页面写出封顶的份数和权数的最小、中位、最大值（以平均权数为1）。',
        en: 'An interview that stands for too many people would decide the result alone. Weights above 5 times the median are cut to that, those below a fifth are raised, and the wave is raked again until both hold. That trades a little bias for much less error. The page tells how many were capped, and the smallest, median and largest weight (mean 1).',
      },
      {
        zh: '封顶与人口构成不能同时满足时，保留未封顶的权数并给出提醒。',
        en: 'Where the cap and the population cannot both be met, the uncapped weights are kept, with a warning.',
      },
    ],
    formulas: [row(over(num('1'), num('5')), v('M'), op('≤'), sub(v('w'), v('i')), op('≤'), num('5'), v('M'))],
    where: {
      zh: 'M为本地区权数的中位数；倍数可以在设定人口时改。',
      en: 'M is the median weight of the area; the factor may be set with the populations.',
    },
  },
  {
    id: 'small-cells',
    title: { zh: '不公布的小数', en: 'Figures that are withheld' },
    body: [
      {
        zh: '有效答卷不足10份的数不公布：既不稳，也可能让人猜出是谁。',
        en: 'Figures on fewer than 10 answers are withheld: they are unsteady, and somebody might be recognised.',
      },
      {
        zh: '只藏一个还不够：知道全县的数和其余各镇的数，一减就知道了。所以还会隐去同一县里样本最小的另一个镇，直到减不出来。这在数据里就做了，网页、打印、接口看到的都一样，不论谁来看。',
        en: 'Hiding one is not enough: the county minus its other towns would give it away. So the next smallest town of the county is hidden too, until subtraction fails. This is done in the data: page, paper and interface show the same, whoever looks.',
      },
    ],
    formulas: [row(n, op('<'), num('10'), op('⇒'), words('—'))],
  },
  {
    id: 'rounding',
    title: { zh: '取整', en: 'Rounding' },
    body: [
      {
        zh: '比率印两位小数，四舍五入。变化由印出的两个数相减，读者自己减也一样；它与未取整的差最多差0.01。检验、区间一律用未取整的数。',
        en: 'Rates are printed with two decimals, half up. The change is the difference of the two printed rates, so that a subtraction on paper agrees; it may differ by 0.01 from the rounded true difference. Tests and intervals use unrounded values.',
      },
      {
        zh: '只要有一个人不是，就不印100.00%，印99.99%；只要有一个人是，就不印0.00%。',
        en: 'With a single exception 100.00% is not printed but 99.99%; with a single case 0.00% is not printed.',
      },
    ],
    formulas: [
      row(
        words('print'),
        op('('),
        p,
        op(')'),
        op('='),
        op('⌊'),
        sup(num('10'), num('4')),
        p,
        op('+'),
        over(num('1'), num('2')),
        op('⌋'),
        op('/'),
        sup(num('10'), num('2')),
        words('%'),
      ),
    ],
  },
  {
    id: 'ranks',
    title: { zh: '为什么不排名次', en: 'Why there is no ranking' },
    body: [
      {
        zh: '各镇的区间大多互相重叠，第3名和第40名往往分不出高低，换一批人来问，名次就全变了。所以表格按单位编码排列；可以按数字排序查找，但那不是名次。',
        en: "Most towns' intervals overlap: third and fortieth often cannot be told apart, and another sample would shuffle them. So the table is in unit order; it can be sorted for looking things up, which is no ranking.",
      },
      {
        zh: '要比较两个单位，先看区间：区间分开的，才能说一个高、一个低；区间重叠的，不下结论。',
        en: 'To compare two units look at their intervals: apart, one is higher; overlapping, nothing can be said.',
      },
    ],
  },
  {
    id: 'response',
    title: { zh: '应答率', en: 'Response rate' },
    body: [
      {
        zh: '打出去的号码里，有多少最后完成了访问。按AAPOR的定义计算RR3：分母包括拒访、未接触到的人，以及是否合格不明的号码中估计合格的部分。应答率低，没答的人可能与答的人不同，这种偏差区间里看不到。',
        en: "How many of the cases tried were completed. RR3 by AAPOR's definition: the denominator holds refusals, people not reached, and the estimated eligible part of the cases of unknown eligibility. With a low rate those who did not answer may differ from those who did; no interval shows that.",
      },
    ],
    formulas: [
      row(
        sub(words('RR'), num('3')),
        op('='),
        over(
          v('I'),
          row(v('I'), op('+'), v('P'), op('+'), v('R'), op('+'), words('NC'), op('+'), v('O'), op('+'), v('e'), v('U')),
        ),
      ),
    ],
    where: {
      zh: 'I完成，P部分完成，R拒访或中断，NC未接触，O其他合格，U是否合格不明，e为其中估计合格的份额（CASRO规则）。',
      en: 'I complete, P partial, R refusal or break-off, NC not reached, O other eligible, U of unknown eligibility, e the eligible share among these (CASRO rule).',
    },
  },
  {
    id: 'open-web',
    title: { zh: '网上开放链接单独统计', en: 'Open web links stand apart' },
    body: [
      {
        zh: '扫海报上二维码来答的人是自己选择来的，不是抽中的：没有抽样概率，就没有误差可言，再多也不能代表全体。所以只作为参与人数列出，不进入任何比率、区间和比较。发给抽中的人的单次链接不在此列。',
        en: 'People who answer from a poster chose themselves: without a chance of selection there is no sampling error to speak of, and no number of them stands for everybody. They are counted as participation and enter no rate, interval or comparison. Single-use links sent to sampled people are different.',
      },
    ],
  },
  {
    id: 'series',
    title: { zh: '口径中断', en: 'Series breaks' },
    body: [
      {
        zh: '题目或选项的文字、提问的范围、计入的选项、分母、分值、调查方式、加权办法，有一样变了，两轮的数就不是一回事，不相减，并写明变了什么。走势图上断开，不连线。',
        en: 'When the wording, who is asked, which options count, the denominator, the scores, the mode or the weighting changes, the two figures are not of one kind: they are not subtracted, the page says what changed, and the line of the chart is broken.',
      },
    ],
  },
];
