import { useState } from 'react';
import { useSpeech } from '../context.tsx';

/** Copies a text and says so; where the browser forbids it (plain http), the text itself stays selectable. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { say } = useSpeech();
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState(copyOldWay(text) ? 'copied' : 'refused');
    }
  }
  return (
    <>
      <button type="button" className="button button-small" aria-label={label} onClick={() => void copy()}>
        {state === 'copied' ? say('copied') : say('copy')}
      </button>
      <span role="status" className={state === 'refused' ? 'hint' : 'visually-hidden'}>
        {state === 'copied' ? say('copied') : state === 'refused' ? say('copyFailed') : ''}
      </span>
    </>
  );
}

/** The clipboard API needs https; many county servers are plain http inside their own network. */
function copyOldWay(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.setAttribute('readonly', '');
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}

/** Hands a text file to the browser; the mark in front lets Excel read Chinese. */
export function downloadText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 1000);
}

const quote = (cell: string | number): string => `"${String(cell).replaceAll('"', '""')}"`;
export const writeCsv = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => row.map(quote).join(',')).join('\r\n');
