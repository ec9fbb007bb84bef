import type { OutputView } from './wire.ts';

export function Attachments(_props: { output: OutputView }) {
  return null;
}
