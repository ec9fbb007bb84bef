import { once } from 'node:events';
import { prepareDemo } from '../demo/demo.ts';
import { baseUrlOf, type Services, serve } from '../main.ts';
import { OPERATOR } from '../services/actor.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { createProgressBar, layTable, type Terminal } from './output.ts';
import { type Session, withServices } from './session.ts';

/** Serves until somebody stops it. */
export async function runServer(session: Session, options: { readonly port?: number }): Promise<void> {
  await withServices(session, 'write', (services) => serveUntilStopped(session, services, null), options.port);
}

/** Fills an empty data folder with the demonstration, and serves it when asked to. */
export async function runDemo(
  session: Session,
  options: { readonly serve?: boolean; readonly port?: number },
): Promise<void> {
  const { terminal } = session;
  const work = async (services: Services): Promise<void> => {
    const { err, lang } = terminal;
    const demo = await prepareDemo(services, { onProgress: createProgressBar(terminal) });
    if (demo.created)
      err(lang === 'zh' ? '演示数据已备好（合成数据）。\n' : 'The demonstration is ready (synthetic data).\n');
    else err(lang === 'zh' ? '数据文件夹里已有数据，没有改动。\n' : 'There is data already; nothing was changed.\n');
    printAccounts(terminal, demo.accounts);
    if (options.serve) await serveUntilStopped(session, services, demo.accounts);
  };
  await withServices(session, 'write', work, options.port);
}

type DemoAccounts = Awaited<ReturnType<typeof prepareDemo>>['accounts'];

function printAccounts({ out, lang }: Terminal, accounts: DemoAccounts): void {
  if (accounts.length === 0) return;
  out(lang === 'zh' ? '演示账号（仅限演示）：\n' : 'Demonstration sign-ins (for the demonstration only):\n');
  out(`${layTable(accounts.map(({ username, password, name }) => ['  ', username, password, name]))}\n`);
}

async function serveUntilStopped(
  { terminal, signal }: Session,
  services: Services,
  accounts: DemoAccounts | null,
): Promise<void> {
  const { out, lang } = terminal;
  const server = await serve(services, accounts);
  const baseUrl = baseUrlOf(services.config, server.port);
  out(`${lang === 'zh' ? '工作人员' : 'Staff'}: ${baseUrl}/console/\n`);
  if (accounts !== null) await printSurveyLink(terminal, services, baseUrl);
  await printAdministratorLink(terminal, services, baseUrl);
  out(lang === 'zh' ? '按 Ctrl+C 停止。\n' : 'Ctrl+C stops it.\n');
  if (!signal.aborted) await once(signal, 'abort');
  await server.close();
}

/** The open survey link of one town, so that the demonstration can be answered at once. */
async function printSurveyLink({ out, lang }: Terminal, services: Services, baseUrl: string): Promise<void> {
  const towns = (await services.units.listUnits(OPERATOR)).filter(({ level }) => level === 'town');
  const town = towns.find(({ name }) => name === '五里镇') ?? towns[0];
  if (town)
    out(`${lang === 'zh' ? `群众问卷（${town.name}）` : `Survey (${town.name})`}: ${baseUrl}/s/${town.placeCode}\n`);
}

async function printAdministratorLink(
  { out, lang }: Terminal,
  { accounts }: Services,
  baseUrl: string,
): Promise<boolean> {
  const link = await accounts.firstAdministratorLink();
  if (link === null) return false;
  const about = lang === 'zh' ? '管理员首次登录链接（只能用一次）' : "The administrator's first sign-in (works once)";
  out(`${about}: ${baseUrl}/console/welcome#${link.linkToken}\n`);
  return true;
}

/** Prints a one-time link for the administrator, as long as none can sign in. */
export async function linkAdministrator(session: Session): Promise<ExitCode> {
  const { terminal } = session;
  return withServices(session, 'write', async (services) => {
    if (await printAdministratorLink(terminal, services, baseUrlOf(services.config))) return EXIT.ok;
    terminal.err(
      terminal.lang === 'zh'
        ? '已有能登录的管理员；忘记密码请由另一位管理员重设。\n'
        : 'An administrator can sign in already; another one can reset a forgotten password.\n',
    );
    return EXIT.impossible;
  });
}
