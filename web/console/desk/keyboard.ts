import { useEffect, useRef } from 'react';
import { nameOfKey } from './key-name.ts';

export type Keys = Readonly<Record<string, () => void>>;

const TYPING = 'input, textarea, select, dialog, [contenteditable]';
const PRESSING = 'button, a, summary';

/**
 * The keys of the desk, wherever the focus is. Fields keep their own keys, and Enter on a button presses that button; a
 * key that is held down counts once.
 */
export function useKeys(keys: Keys): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    function press(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest(TYPING) || document.querySelector('dialog[open]')) return;
      const name = nameOfKey(event);
      if ((name === 'Enter' || name === ' ') && target?.closest(PRESSING)) return;
      const work = current.current[name];
      if (!work) return;
      event.preventDefault();
      work();
    }
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}
