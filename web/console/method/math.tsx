import { createElement, type ReactNode } from 'react';

/** Formulas as MathML: read aloud, printed and scaled by the browser itself, without any library. */
const element = (name: string, ...children: readonly ReactNode[]): ReactNode => createElement(name, null, ...children);

/** A variable; several letters stand upright. */
export const v = (name: string): ReactNode => element('mi', name);
export const num = (value: string): ReactNode => element('mn', value);
/** Brackets keep their size beside a power. */
export const op = (sign: string): ReactNode => createElement('mo', { stretchy: 'false' }, sign);
export const words = (text: string): ReactNode => element('mtext', text);
export const row = (...parts: readonly ReactNode[]): ReactNode => element('mrow', ...parts);
export const over = (top: ReactNode, bottom: ReactNode): ReactNode => element('mfrac', top, bottom);
export const sub = (base: ReactNode, index: ReactNode): ReactNode => element('msub', base, index);
export const sup = (base: ReactNode, power: ReactNode): ReactNode => element('msup', base, power);
export const both = (base: ReactNode, index: ReactNode, power: ReactNode): ReactNode =>
  element('msubsup', base, index, power);
export const root = (...inside: readonly ReactNode[]): ReactNode => element('msqrt', ...inside);
/** A sum over an index. */
export const sum = (index: string): ReactNode => element('munder', op('∑'), v(index));

/** Formulas, each on a line of its own. */
export function Formulas({ lines }: { readonly lines: readonly ReactNode[] }): ReactNode {
  return createElement('div', null, ...lines.map((line) => createElement('math', { display: 'block' }, line)));
}
