import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { preferredLang } from '../config.ts';
import { LANGS, type Lang } from '../core/text.ts';
import { backUp, restore } from './backup.ts';
import { estimateFromFile } from './estimate.ts';
import { DESIGN_HELP } from './estimate-help.ts';
import { EXIT, reportFailure } from './failure.ts';
import { runGoldenCases } from './golden.ts';
import { importInterviews } from './interviews.ts';
import { manageMargins } from './margins.ts';
import { addSuppression, drawNumbers, importNumbers, importSuppressions } from './numbers.ts';
import { linkAdministrator, runDemo, runServer } from './operate.ts';
import type { Terminal } from './output.ts';
import { importOutputs, recountOutputs, undoOutputs } from './outputs.ts';
import { runPhoneNetwork } from './phone-network.ts';
import { showRates } from './rates.ts';
import type { Session } from './session.ts';
import { simulateCampaign } from './simulate.ts';
import { listSurveys, publishSurvey } from './surveys.ts';
import { rebuildTallies, verifyTallies } from './tallies.ts';
import { importUnits } from './units.ts';
import { closeWave, deleteWave, editWave, listWaves, openWave } from './waves.ts';

const EXIT_CODES = `
退出码 Exit codes:
  0   成功 ok
  1   检查发现问题，没有写入（计数不一致，文件或问卷被拒）；或备份缺文件
      a check found something, nothing was written; or a backup lacks files
  2   用法或输入有误  wrong use or bad input
  3   没有找到、不允许或有冲突  not found, forbidden or in conflict
  70  程序出错  internal error
  130 被中断，没有写入（号码除外：已写入的保留）  interrupted, nothing was written but numbers to call
`;

/** commander's own headings, in Chinese. */
const TITLES: Readonly<Record<string, string>> = { 'Usage:': '用法 ', 'Options:': '选项 ', 'Commands:': '命令 ' };

/**
 * The command line: the services' verbs with the operator as actor. Returns the exit code; nothing in here ends the
 * process or prints anywhere but to the terminal it was given.
 */
export async function runCommand(
  args: readonly string[],
  io: Omit<Terminal, 'lang'> & { readonly signal: AbortSignal },
): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = new Command('zhixiao');
  const sessionOf = (): Session => {
    const { data, lang } = program.opts<{ data?: string; lang?: Lang }>();
    return { terminal: { ...io, lang: lang ?? preferredLang() }, dataDir: data, signal: io.signal };
  };
  /** Gives a verb its session, whatever arguments and options commander read for it. */
  const run =
    <A extends unknown[]>(verb: (session: Session, ...rest: A) => Promise<unknown>) =>
    async (...rest: A): Promise<void> => {
      const result = await verb(sessionOf(), ...rest);
      exitCode = typeof result === 'number' ? result : EXIT.ok;
    };

  program
    .description('知晓：各镇知晓率、认可度、安全感，今年与去年对照\nZhixiao: awareness, recognition and safety by town')
    .option('--data <dir>', '数据文件夹 data folder (DATA_DIR)')
    .option('--lang <lang>', '语言 language: zh | en', readLang)
    .addHelpText('after', EXIT_CODES)
    .helpOption('-h, --help', '显示帮助 show help')
    .helpCommand(false)
    .showHelpAfterError('（--help：用法 usage）')
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      outputError: (text, write) => write(text.replace(/^error:/, '用法有误 error:')),
    })
    .configureHelp({ styleTitle: (title) => `${TITLES[title] ?? ''}${title}` });

  const units = program.command('units').helpCommand(false).description('单位 units');
  units
    .command('import <file>')
    .description('导入单位（CSV、XLSX） import units')
    .option('--population <file>', '分性别年龄人口 population by sex and age band')
    .option('--dry-run', '只检查，不写入 check only')
    .option('--json', '输出JSON')
    .action(run(importUnits));

  const survey = program.command('survey').helpCommand(false).description('问卷 surveys');
  survey
    .command('publish <file>')
    .description('发布问卷 publish a questionnaire')
    .option('--indicators <file>', '指标文件，默认在问卷旁 indicator file, by default beside it')
    .option('--dry-run', '只检查，不发布 check only')
    .option('--json', '输出JSON')
    .action(run(publishSurvey));
  survey.command('list').description('列出问卷 list').option('--json', '输出JSON').action(run(listSurveys));

  const wave = program.command('wave').helpCommand(false).description('测评轮次 waves');
  /** What a wave is planned with. */
  const plan = (command: Command): Command =>
    command
      .option('--survey <code>', '问卷编号[@版本] survey[@version]')
      .option('--unit <code>', '范围的最上级单位 root unit')
      .option('--period <period>', '2026 | 2026-H1 | 2026-Q3 | 2026-09')
      .option('--from <day>', '调查开始日 first day, YYYY-MM-DD')
      .option('--to <day>', '调查结束日 last day, YYYY-MM-DD')
      .option('--modes <list>', '方式，以逗号分隔，默认phone modes: phone,keypad,web-token,web-open,face')
      .option('--title <text>', '名称 title')
      .option('--self-test', '自测，不作正式结果 a self-test, never official')
      .option('--json', '输出JSON');
  plan(wave.command('open <code>'))
    .description('开放轮次；没有就先新建 open a wave, making it first when it is new')
    .action(run(openWave));
  plan(wave.command('edit <code>'))
    .description('修改还没有开放过的轮次 change a wave that was never opened')
    .option('--no-self-test', '改为正式测评 make it official')
    .action(run(editWave));
  wave
    .command('delete <code>')
    .description('删除还没有开放过的轮次 delete a wave that was never opened')
    .option('--json', '输出JSON')
    .action(run(deleteWave));
  wave.command('close <code>').description('关闭轮次 close a wave').option('--json', '输出JSON').action(run(closeWave));
  wave.command('list').description('列出轮次 list').option('--json', '输出JSON').action(run(listWaves));

  wave
    .command('margins <code> [file]')
    .description(
      '按人口加权：设置、查看、取消（CSV：unit_code、sex、age_band、population） weight to known populations',
    )
    .option('--method <method>', '办法 method: raking | post-stratification')
    .option('--cap <times>', '权数上限，中位权数的倍数 largest weight, times the median', Number)
    .option('--collapse', '人数过少的组可与相邻组合并 merge groups that are too small')
    .option('--remove', '取消加权 take them away')
    .option('--json', '输出JSON')
    .action(run(manageMargins));

  const interviews = program.command('interviews').helpCommand(false).description('答卷 interviews');
  interviews
    .command('import <file>')
    .description('导入电话访问机构的答卷（CSV、XLSX） import finished interviews')
    .requiredOption('--wave <code>', '测评轮次 wave')
    .option('--mapping <file>', '对应关系文件（JSON） mapping file')
    .option('--dry-run', '只检查，不写入 check only')
    .option('--json', '输出JSON')
    .action(run(importInterviews));

  const numbers = program.command('numbers').helpCommand(false).description('电话号码 numbers to call');
  const common = (command: Command): Command =>
    command
      .requiredOption('--wave <code>', '测评轮次 wave')
      .option('--months <n>', '近几个月用过的号码不再用，默认6 leave out numbers used within so many months', Number)
      .option('--mode <mode>', '方式 phone | keypad')
      .option('--dry-run', '只检查，不写入 check only')
      .option('--json', '输出JSON');
  common(numbers.command('import <file>'))
    .description('导入号码（CSV、XLSX：单位、号码，可有备用号码、性别、年龄段） import a list')
    .option('--accept', '不能使用的行略去，其余收下 leave out rows that cannot be used')
    .option('--area-code <digits>', '没写区号的固定电话的区号 area code of landlines without one')
    .action(run(importNumbers));
  common(numbers.command('draw'))
    .description('从局号、号段随机抽号 draw random numbers from prefixes')
    .requiredOption('--unit <code>', '乡镇 town')
    .requiredOption('--prefixes <list>', '号段，以逗号分隔 prefixes: 1399152,0915321')
    .requiredOption('--count <n>', '数量 how many', Number)
    .option('--method <method>', '办法 systematic | two-stage', 'systematic')
    .option('--prefix-count <n>', '两阶段抽样时先抽几个号段 prefixes of the first stage', Number)
    .option('--seed <n>', '随机种子 seed', readSeed, 1)
    .action(run(drawNumbers));

  const suppressions = program.command('suppressions').helpCommand(false).description('免访名单 do-not-call list');
  suppressions
    .command('add <number>')
    .description('加入一个号码 add a number')
    .requiredOption('--reason <text>', '原因 reason')
    .option('--source <text>', '来源 source')
    .option('--json', '输出JSON')
    .action(run(addSuppression));
  suppressions
    .command('import <file>')
    .description('导入名单（CSV、XLSX） import a list')
    .requiredOption('--reason <text>', '原因 reason')
    .option('--source <text>', '来源 source')
    .option('--dry-run', '只检查，不写入 check only')
    .option('--json', '输出JSON')
    .action(run(importSuppressions));

  program
    .command('rates')
    .description('比率、区间、变化 rates, intervals and changes')
    .requiredOption('--wave <code>', '测评轮次 wave')
    .option('--unit <code>', '单位，默认为轮次的范围 unit')
    .option('--by <level>', '分列下级 also by: town | county')
    .option('--json', '输出JSON')
    .action(run(showRates));

  const outputs = program.command('outputs').helpCommand(false).description('宣传台账 publicity ledger');
  outputs
    .command('import <file>')
    .description('导入台账表格（CSV、XLSX） import a spreadsheet')
    .option('--unit <code>', '单位；表里没有写单位的行记在它名下 unit, for rows that name none')
    .option('--mapping <file>', '对应关系文件（JSON） mapping file')
    .option('--reason <text>', '补录已结账月份的原因 why closed months are corrected')
    .option('--dry-run', '只检查，不写入 check only')
    .option('--json', '输出JSON')
    .action(run(importOutputs));
  outputs
    .command('undo <import>')
    .description('整批撤销一次导入 undo an import')
    .option('--reason <text>', '更正已结账月份的原因 why closed months are corrected')
    .option('--json', '输出JSON')
    .action(run(undoOutputs));
  outputs
    .command('recount')
    .description('与记录重新核对计数；不一致时退出码为1 compare the counters with the entries')
    .option('--write', '并改正 and correct them')
    .option('--json', '输出JSON')
    .action(run(recountOutputs));

  const tallies = program.command('tallies').helpCommand(false).description('计数 tallies');
  tallies
    .command('verify')
    .description('与答卷重新核对；不一致时退出码为1 compare with a recount')
    .option('--wave <code>', '测评轮次 wave')
    .option('--json', '输出JSON')
    .action(run(verifyTallies));
  tallies
    .command('rebuild')
    .description('按答卷重新计数 count again')
    .option('--wave <code>', '测评轮次 wave')
    .option('--json', '输出JSON')
    .action(run(rebuildTallies));

  program
    .command('estimate')
    .description('由数据文件和设计文件计算，不用数据库 compute from a file, without database or server')
    .option('--data <file>', '答卷（CSV、XLSX） interviews')
    .option('--design <file>', '设计文件（JSON） design file')
    .option('--sheet <name>', '工作表 sheet of the workbook')
    .option('--example', '显示一份完整的设计文件 print a complete design file')
    .option('--json', '输出JSON')
    .addHelpText('after', DESIGN_HELP)
    .action(run(estimateFromFile));

  program
    .command('golden <dir>')
    .description('用文件夹里的参考算例核对统计引擎 check the engine against the reference cases of a folder')
    .option('--json', '输出JSON')
    .action(run(runGoldenCases));

  program
    .command('serve')
    .description('启动服务 serve')
    .option('--port <n>', '端口 port', readPort)
    .action(run(runServer));
  program
    .command('simulate')
    .description('用模拟电话网跑完一次拨打，并逐项核对 a whole campaign on the simulated network, every figure checked')
    .option('--wave <code>', '合成数据的自测轮次；默认新建一个 a synthetic self-test wave; by default a new one')
    .option('--cases <n>', '样本数，默认300 cases', readWhole, 300)
    .option('--seed <n>', '随机种子，默认7 seed', readWhole, 7)
    .option('--serve', '按实际时间运行，可看看板 on the real clock, with the board to watch')
    .option('--speed <n>', '实际时间的倍数，默认60 times as fast as life', readWhole, 60)
    .option('--port <n>', '端口 port', readPort)
    .option('--trace <file>', '把线路上的一切写入文件 write all that happens on the network to a file')
    .option('--json', '最后一行输出JSON the last line as JSON')
    .action(run(simulateCampaign));
  program
    .command('phone-network')
    .description('在服务旁启动模拟电话网，可当一回居民 a simulated telephone network beside the server')
    .option('--port <n>', '端口，默认8790 port', readPort)
    .option('--server <url>', '服务的地址，默认按设置 address of the server')
    .option('--seed <n>', '随机种子 seed', readSeed, 7)
    .option('--speed <times>', '时间快几倍 how many times as fast as life', readSpeed, 1)
    .option('--trace <file>', '把经过写入文件（每行一个JSON） write what happens to a file')
    .action(run(runPhoneNetwork));
  program
    .command('backup <folder>')
    .description('备份数据库、照片和录音 back up the database, photos and recordings')
    .action(run(backUp));
  program
    .command('restore <folder>')
    .description('把备份恢复到空的数据文件夹 bring a backup back into an empty data folder')
    .action(run(restore));
  program
    .command('demo')
    .description('在空的数据文件夹里准备演示数据 prepare the demonstration in an empty data folder')
    .option('--serve', '并启动服务 and serve it')
    .option('--port <n>', '端口 port', readPort)
    .action(run(runDemo));
  program
    .command('account')
    .helpCommand(false)
    .description('账号 accounts')
    .command('link')
    .description('管理员首次登录链接 one-time link for the first administrator')
    .action(run(linkAdministrator));

  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    // commander has said what is wrong, and shows the help when a command is missing.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.wrong;
    return reportFailure(error, sessionOf().terminal, args.includes('--json'));
  }
}

function readLang(text: string): Lang {
  const lang = LANGS.find((one) => one === text);
  if (lang === undefined) throw new InvalidArgumentError(LANGS.join(' | '));
  return lang;
}

function readWhole(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('1 – 999999');
  return Number(text);
}

function readPort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('0 – 65535');
  return Number(text);
}

function readSeed(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('0 – 999999999');
  return Number(text);
}

function readSpeed(text: string): number {
  const speed = Number(text);
  if (!(speed > 0 && speed <= 1000)) throw new InvalidArgumentError('0.1 – 1000');
  return speed;
}
