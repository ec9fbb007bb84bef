/** The design file, key by key; shown by `zhixiao estimate --help`. */
export const DESIGN_HELP = `
设计文件（JSON；只有figures必填，写错的键会指出） The design file (JSON; only figures is required, wrong keys are named):

  keep        {列: [值]}  样本是哪些行 rows that are the sample
  domain      {列: [值]}  结果说的是哪些行；其余仍留在设计中 rows the figures speak of; the others stay in the design
  weight      权数列 weight column；不写则由population推算，再没有则都为1 else from population, else 1
  scaleToPopulation  true: 权数在每层折算到人口 weights add up to the population of places in every stratum
  strata      [列]  分层 strata        clusters  [列]或[列, 列]  一、二级抽样单位 sampling units, one or two stages
  population  {columns: [列, …]}  各级总体数（或抽样比）的列 column with size or fraction, one per stage
              {places: [{各strata列: 值, population: 数, 其他可分组的列: 值}]}  各层人口，含无样本的层 strata with population
  fpc         true | false | "auto"（有总体数且某层抽样比超过5%） finite population correction
  lonely      "adjust" | "fail" | "remove" | "certainty" | "average"  只有一个抽样单位的层 strata with one unit
  wave        {column, now, last, sameClusters}  本期与上期；两期同一批人或村时sameClusters为true（计协方差）
  figures     [{type: "rate", name, column, positive: [], negative: [], excluded: []}
               {type: "mean", name, column, scores: {码: 分}, excluded: []}  无scores时该列是数 numbers without scores
               {type: "total", name, column}   {type: "ratio", name, numerator, denominator}]
              空白和NA不计入；没有归类的码是错误 blank and NA are outside; a code not classified is an error
  by          [[列, …], …]  分组；全体总会给出 groupings; the whole is always there
  weighting   {method: "rake" | "post-stratify" | "calibrate",
               margins: [{columns: [列, …], totals: {"值|值": 人口}}], rescale,
               trim: {cap, floor}, collapse: {least, ordered}, residual: "greg" | "sweep",
               totals: {数列: 合计}, distance: "raking" | "linear" | "logit" | "bounded-linear", bounds: [下, 上]}
  interval    {method: "korn-graubard" | "wilson" | "logit" | "arcsine" | "beta" | "likelihood" | "wald", level: 0.95}
  change      "auto"（单层MOVER-Wilson，汇总Wald） | "mover" | "wald"
  adjust      "benjamini-hochberg" | "holm" | "bonferroni" | "none"  多重比较 many towns at once
  rank        {alpha: 0.1}  联合名次区间 joint rank intervals      funnel  {target: null或比率}  漏斗图 funnel
  suppress    {below: 10, small: 30, coverage: 0.8}  隐去与标注；below为0则全部给出 hiding; 0 shows everything

退出码 Exit codes: 0 已计算 computed; 1 数据有问题 problems in the data; 2 设计文件或用法有误 wrong design or use
`;

/** A complete design: a city of towns within counties, this year beside last year. */
export const EXAMPLE_DESIGN = {
  comment: '两县三镇，今年与去年；每镇人口已知，按性别和年龄加权 towns within counties, this year beside last year',
  keep: { 结果: ['成功'] },
  strata: ['区县', '乡镇'],
  population: {
    places: [
      { 区县: '汉滨区', 乡镇: '五里镇', population: 30000 },
      { 区县: '汉滨区', 乡镇: '恒口镇', population: 20000 },
      { 区县: '旬阳市', 乡镇: '城关镇', population: 26000 },
    ],
  },
  fpc: 'auto',
  lonely: 'adjust',
  wave: { column: '年份', now: '2019', last: '2018', sameClusters: false },
  figures: [
    {
      ...{ type: 'rate', name: '知晓率', column: 'Q4' },
      ...{ positive: ['知道', '听说过'], negative: ['不知道', '说不清', '不愿回答'] },
    },
    {
      ...{ type: 'mean', name: '安全感得分', column: 'Q1', excluded: ['说不清'] },
      scores: { 很安全: 100, 比较安全: 75, 一般: 50, 不太安全: 25, 很不安全: 0 },
    },
  ],
  by: [['区县'], ['区县', '乡镇']],
  weighting: {
    method: 'rake',
    margins: [
      { columns: ['性别'], totals: { 男: 39000, 女: 37000 } },
      { columns: ['年龄段'], totals: { '18-39': 25000, '40-59': 30000, '60+': 21000 } },
    ],
    trim: { cap: 5, floor: 0.2 },
  },
  interval: { method: 'korn-graubard', level: 0.95 },
  change: 'auto',
  adjust: 'benjamini-hochberg',
  rank: { alpha: 0.1 },
  funnel: { target: null },
  suppress: { below: 10, small: 30, coverage: 0.8 },
};
