import { type ReactNode, useEffect, useId, useRef } from 'react';

/**
 * What is to be done now. Its title takes the focus when it changes, so that the focus is never lost and a screen reader
 * says what is new; a field that wants the focus (`data-first`) gets it instead.
 */
export function Stage({
  name,
  title,
  above,
  children,
}: {
  name: string;
  title: string;
  above?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    const first =
      ref.current?.querySelector<HTMLElement>('[data-first]') ?? ref.current?.querySelector<HTMLElement>('h2');
    if (name !== '') first?.focus();
  }, [name]);
  return (
    <section ref={ref} className="desk-stage" aria-labelledby={id}>
      {above}
      <h2 id={id} tabIndex={-1}>
        {title}
      </h2>
      {children}
    </section>
  );
}
