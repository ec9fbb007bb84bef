import { type ReactNode, useEffect, useRef } from 'react';

/** A region that scrolls within itself; it takes focus, for the keyboard to scroll it, only while it overflows. */
export function Scroll({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    const region = ref.current;
    if (!region) return;
    const update = (): void => {
      if (region.scrollWidth > region.clientWidth || region.scrollHeight > region.clientHeight) region.tabIndex = 0;
      else region.removeAttribute('tabindex');
    };
    const observer = new ResizeObserver(update);
    observer.observe(region);
    if (region.firstElementChild) observer.observe(region.firstElementChild);
    return () => observer.disconnect();
  }, []);
  return (
    <section ref={ref} className={className ? `scroll ${className}` : 'scroll'} aria-label={label}>
      {children}
    </section>
  );
}
