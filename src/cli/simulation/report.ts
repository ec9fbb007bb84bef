import type { Lang, Text } from '../../core/text.ts';
import { layTable } from '../output.ts';
import { INVARIANTS, type Invariant, type Verdict } from './check.ts';

const NAMES: Readonly<Record<Invariant, Text>> = {
  'every-attempt-terminal': { zh: '每次拨打都有结果', en: 'every attempt ended' },
  'one-end-per-call': { zh: '每通电话只结束一次', en: 'each call ended once' },
  'no-answer-without-webhook': { zh: '每个答案都有来源', en: 'no answer without a webhook' },
  'no-call-outside-hours': { zh: '没有时段外的拨打', en: 'no call outside the hours' },
  'one-live-call-per-case': { zh: '同一样本同时最多一通', en: 'at most one live call per case' },
  'completes-within-targets': { zh: '完访不超过目标和配额', en: 'completes within targets and quotas' },
  'outcomes-equal': { zh: '结果码与重算一致', en: 'outcomes equal the recount' },
  'rates-equal': { zh: '各项比率与看板一致', en: 'rates equal the board' },
  'messages-equal': { zh: '短信状态与重算一致', en: 'messages equal the recount' },
  'tallies-verify': { zh: '计数与答卷一致', en: 'tallies equal a recount' },
};

const percent = (rate: number | null): string => (rate === null ? '—' : `${(rate * 100).toFixed(1)}%`);

/** What came of a simulated campaign; the last line says it all. */
export function layVerdict(
  verdict: Verdict,
  { lang, seconds, json }: { readonly lang: Lang; readonly seconds: number; readonly json: boolean },
): string {
  const isSound = verdict.broken.length === 0;
  if (json) return `${JSON.stringify({ ok: isSound, seconds: Number(seconds.toFixed(2)), ...verdict })}\n`;
  const zh = lang === 'zh';
  const { cases, calls, inbound, completes, messages, webhooks, outcomes, rates, days, faults, wave, broken } = verdict;
  const figures = layTable(
    [
      [zh ? '样本' : 'cases', String(cases)],
      [zh ? '拨打' : 'calls', String(calls)],
      [zh ? '其中来电' : 'of them called in', String(inbound)],
      [zh ? '成功完访' : 'completes', String(completes)],
      [zh ? '短信' : 'messages', String(messages)],
      [zh ? '历时（天）' : 'days', String(days)],
      [zh ? '线路请求' : 'webhooks', String(webhooks)],
      [zh ? '其中重试' : 'of them retried', String(faults.repeatedWebhooks)],
      [zh ? '其中过时拒收' : 'of them late, refused', String(faults.refusedWebhooks)],
      [zh ? '线路故障' : 'faults of the carrier', String(faults.rest)],
    ],
    [1],
  );
  const codes = Object.entries(outcomes)
    .map(([symbol, n]) => `${symbol} ${n}`)
    .join('  ');
  const shown = (['RR1', 'RR3', 'COOP1', 'REF1', 'CON1'] as const)
    .map((rate) => `${rate} ${percent(rates[rate])}`)
    .join('  ');
  const checks = INVARIANTS.map((invariant) => {
    const fault = broken.find((one) => one.invariant === invariant);
    return `${fault ? '✗' : '✓'} ${NAMES[invariant][lang]}${fault ? ` (${fault.n}): ${fault.examples.join('; ')}` : ''}`;
  }).join('\n');
  const last = isSound
    ? zh
      ? `通过：轮次${wave}，${cases}个样本，${calls}次拨打，${completes}份完访，全部核对一致，用时${seconds.toFixed(1)}秒。`
      : `OK: wave ${wave}, ${cases} cases, ${calls} calls, ${completes} completes, every check holds, in ${seconds.toFixed(1)} s.`
    : zh
      ? `未通过：轮次${wave}，${broken.map(({ invariant }) => NAMES[invariant].zh).join('、')}。`
      : `FAILED: wave ${wave}: ${broken.map(({ invariant }) => NAMES[invariant].en).join('; ')}.`;
  return `${figures}\n\n${codes}\n${shown}\n\n${checks}\n${last}\n`;
}
