import { expect, test } from 'vitest';
import { createTraceLines } from '../../../src/telephony/simulator/trace.ts';
import { createWorld, scriptedPhone, THEIRS } from './world.ts';

test('the trace is one JSON object a line, in the order of time, and tells a call from its order to its end (acceptance list, 6)', async () => {
  const lines: string[] = [];
  const trace = createTraceLines((line) => lines.push(line));
  const world = createWorld({ '/hooks/twilio/voice': '<Say language="cmn-CN">您好\n“测评”</Say>' }, { trace });
  world.network.occupy(
    THEIRS,
    scriptedPhone(() => {}, world),
  );
  await world.place();
  await world.clock.run();
  expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  const entries = lines.map((line) => JSON.parse(line) as { at: number; kind: string; status?: string; text?: string });
  expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(new Set(entries.map(({ kind }) => kind))).toEqual(new Set(['rest', 'call', 'callback', 'document', 'heard']));
  expect(entries.flatMap(({ kind, status }) => (kind === 'call' ? [status] : []))).toEqual([
    ...['queued', 'ringing', 'answered', 'completed'],
  ]);
  expect(entries.find(({ kind }) => kind === 'heard')?.text).toBe('您好\n“测评”');
});
