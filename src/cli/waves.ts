import { AppError } from '../core/errors.ts';
import { MODES, type Mode } from '../core/indicators/types.ts';
import { OPERATOR } from '../services/actor.ts';
import type { WaveView } from '../services/waves.ts';
import { layTable } from './output.ts';
import { type Session, withServices } from './session.ts';

export interface OpenOptions {
  readonly survey?: string;
  readonly unit?: string;
  readonly period?: string;
  readonly from?: string;
  readonly to?: string;
  readonly modes?: string;
  readonly title?: string;
  readonly selfTest?: boolean;
  readonly json?: boolean;
}

const STATE = {
  draft: { zh: '未开放', en: 'draft' },
  open: { zh: '已开放', en: 'open' },
  closed: { zh: '已关闭', en: 'closed' },
} as const;

/** Opens a wave; one that is not there yet is made first, from the options. */
export async function openWave(session: Session, code: string, options: OpenOptions): Promise<void> {
  const { out, lang } = session.terminal;
  const wave = await withServices(session, 'read', async ({ waves }) => {
    const there = (await waves.listWaves(OPERATOR)).find((one) => one.code === code);
    if (there && !agrees(there, options)) throw new AppError('WAVE_EXISTS', { wave: code });
    if (!there) await waves.createWave(OPERATOR, { code, ...readOptions(code, options) });
    return waves.openWave(OPERATOR, code);
  });
  if (options.json) out(`${JSON.stringify(wave, null, 2)}\n`);
  else out(lang === 'zh' ? `测评轮次“${code}”已开放。\n` : `Wave “${code}” is open.\n`);
}

export async function closeWave(session: Session, code: string, options: { readonly json?: boolean }): Promise<void> {
  const { out, lang } = session.terminal;
  const wave = await withServices(session, 'read', ({ waves }) => waves.closeWave(OPERATOR, code));
  if (options.json) out(`${JSON.stringify(wave, null, 2)}\n`);
  else out(lang === 'zh' ? `测评轮次“${code}”已关闭，不再接收答卷。\n` : `Wave “${code}” is closed to answers.\n`);
}

export async function listWaves(session: Session, options: { readonly json?: boolean }): Promise<void> {
  const { out, lang } = session.terminal;
  const waves = await withServices(session, 'read', (services) => services.waves.listWaves(OPERATOR));
  if (options.json) out(`${JSON.stringify({ waves }, null, 2)}\n`);
  else if (waves.length === 0) out(lang === 'zh' ? '还没有测评轮次。\n' : 'There is no wave yet.\n');
  else out(`${layTable(waves.map((wave) => lineOf(wave, lang)))}\n`);
}

function lineOf(wave: WaveView, lang: 'zh' | 'en'): string[] {
  const marks = [
    wave.kind === 'self-test' ? { zh: '自测', en: 'self-test' } : null,
    wave.synthetic ? { zh: '合成演示数据', en: 'synthetic demonstration data' } : null,
  ];
  return [
    wave.code,
    STATE[wave.state][lang],
    wave.root.name,
    wave.title,
    `${wave.survey.code}@${wave.survey.version}`,
    wave.modes.join(','),
    `${wave.fieldworkStart} – ${wave.fieldworkEnd}`,
    marks.flatMap((mark) => mark?.[lang] ?? []).join(' '),
  ];
}

/** A wave is planned once: options that say otherwise are refused, never left unread. */
function agrees(wave: WaveView, { survey, unit, period, from, to, modes, title, selfTest }: OpenOptions): boolean {
  const { code, version } = wave.survey;
  const asked = modes?.split(',').map((mode) => mode.trim());
  return (
    (survey === undefined || survey === code || survey === `${code}@${version}`) &&
    (unit ?? wave.root.code) === wave.root.code &&
    (period ?? wave.period) === wave.period &&
    (from ?? wave.fieldworkStart) === wave.fieldworkStart &&
    (to ?? wave.fieldworkEnd) === wave.fieldworkEnd &&
    (title ?? wave.title) === wave.title &&
    (asked === undefined || new Set([...asked, ...wave.modes]).size === wave.modes.length) &&
    (!selfTest || wave.kind === 'self-test')
  );
}

/** A new wave from the options; a missing one is named with all that are needed. */
function readOptions(code: string, options: OpenOptions) {
  const { survey, unit, period, from, to } = options;
  if (!survey || !unit || !period || !from || !to) {
    if (!survey && !unit && !period && !from && !to) throw new AppError('NOT_FOUND', { what: 'wave', id: code });
    const missing = Object.entries({ survey, unit, period, from, to }).flatMap(([name, value]) =>
      value ? [] : [`--${name}`],
    );
    throw new AppError('OPTIONS_MISSING', { wave: code, options: missing });
  }
  const [surveyCode = '', version] = survey.split('@');
  return {
    survey: surveyCode,
    ...(version === undefined ? {} : { version: Number(version) }),
    ...{ rootUnit: unit, period, fieldworkStart: from, fieldworkEnd: to, title: options.title },
    modes: (options.modes ?? 'phone').split(',').map((mode) => readMode(mode.trim())),
    ...(options.selfTest ? { kind: 'self-test' as const } : {}),
  };
}

/** Changes a wave that was never opened; what no option says stays. */
export async function editWave(session: Session, code: string, options: OpenOptions): Promise<void> {
  const { out, lang } = session.terminal;
  const { survey, unit, period, from, to, modes, title, selfTest } = options;
  const [surveyCode, version] = survey?.split('@') ?? [];
  const wave = await withServices(session, 'read', ({ waves }) =>
    waves.editWave(OPERATOR, code, {
      ...{ survey: surveyCode, rootUnit: unit, period, fieldworkStart: from, fieldworkEnd: to, title },
      ...(version === undefined ? {} : { version: Number(version) }),
      modes: modes?.split(',').map((mode) => readMode(mode.trim())),
      kind: selfTest === undefined ? undefined : selfTest ? 'self-test' : 'official',
    }),
  );
  if (options.json) out(`${JSON.stringify(wave, null, 2)}\n`);
  else out(lang === 'zh' ? `测评轮次“${code}”已修改。\n` : `Wave “${code}” is changed.\n`);
}

export async function deleteWave(session: Session, code: string, options: { readonly json?: boolean }): Promise<void> {
  const { out, lang } = session.terminal;
  await withServices(session, 'read', ({ waves }) => waves.deleteWave(OPERATOR, code));
  if (options.json) out(`${JSON.stringify({ deleted: code }, null, 2)}\n`);
  else out(lang === 'zh' ? `测评轮次“${code}”已删除。\n` : `Wave “${code}” is deleted.\n`);
}

function readMode(text: string): Mode {
  const mode = MODES.find((one) => one === text);
  if (mode === undefined) throw new AppError('CHOICE_BAD', { field: '--modes', value: text, allowed: MODES });
  return mode;
}
