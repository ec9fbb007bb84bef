import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useSpeech } from '../context.tsx';
import type { SectionId } from './sections.tsx';

/** The name of a figure as the way to its explanation. */
export function Why({ about, children }: { about: SectionId; children: ReactNode }) {
  const { lang } = useSpeech();
  return (
    <Link href={`/method${lang === 'en' ? '?lang=en' : ''}#${about}`} className="why">
      {children}
    </Link>
  );
}
