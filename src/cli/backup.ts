import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readConfig } from '../config.ts';
import { AppError } from '../core/errors.ts';
import { type BackupReport, restoreBackup, writeBackup } from '../services/backups.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { type Session, withServices } from './session.ts';

/** Writes database and files into a folder of their own, while the service runs. */
export async function backUp(session: Session, path: string): Promise<ExitCode> {
  const { out, err, lang } = session.terminal;
  const zh = lang === 'zh';
  const report = await withServices(session, 'read', ({ connection, config: { dataDir } }) =>
    writeBackup({ connection, dataDir, now: Date.now() }, resolve(path)),
  );
  out(`${zh ? '已备份到' : 'Backed up to'} ${report.folder}${sizeOf(report, zh)}\n`);
  out(
    zh
      ? '不含密钥（数据文件夹里的 secret，或 SECRET 设置）。没有它，电话号码读不出来：请另处保存一次。\n'
      : 'The secret (the file secret in the data folder, or SECRET) is not in it. Without it no telephone number can be read: keep it once, elsewhere.\n',
  );
  if (report.broken.length === 0) return EXIT.ok;
  err(
    zh
      ? `数据文件夹里缺少或已损坏的文件有${report.broken.length}个，其余已备份：\n`
      : `${report.broken.length} files are missing or damaged in the data folder; all others are backed up:\n`,
  );
  err(`${report.broken.slice(0, MOST_NAMED).join('\n')}\n`);
  return EXIT.found;
}

const MOST_NAMED = 20;

/** Brings a backup back into an empty data folder. */
export async function restore(session: Session, path: string): Promise<void> {
  const { out, lang } = session.terminal;
  const zh = lang === 'zh';
  const { dataDir, databaseUrl, secret } = readConfig({ dataDir: session.dataDir });
  if (databaseUrl !== null) throw new AppError('BACKUP_BY_SERVER');
  const report = await restoreBackup(resolve(path), dataDir);
  out(`${zh ? '已恢复到' : 'Restored to'} ${resolve(dataDir)}${sizeOf(report, zh)}\n`);
  if (secret || existsSync(join(dataDir, 'secret'))) return;
  const file = join(resolve(dataDir), 'secret');
  out(
    zh
      ? `启动以前，请把原来的密钥放到 ${file}（或设 SECRET）；没有它，电话号码读不出来，发出的链接失效。\n`
      : `Before the start, put the former secret at ${file} (or set SECRET): without it telephone numbers cannot be read, and links that were sent are void.\n`,
  );
}

function sizeOf({ files, bytes }: Pick<BackupReport, 'files' | 'bytes'>, zh: boolean): string {
  const size = (bytes / 1024 / 1024).toFixed(1);
  return zh
    ? `（${files}个文件，${size} MB，已逐个核对）`
    : ` (${files} files, ${size} MB, each read again and compared)`;
}
