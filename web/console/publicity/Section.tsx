import { type ReactNode, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { useStaff } from '../context.tsx';
import { Page } from '../parts/page.tsx';
import type { Permission } from '../wire.ts';
import { useLedgerSpeech } from './speech.ts';
import { useOutbox } from './useOutbox.ts';
import './publicity.css';

type PageName =
  | 'enter'
  | 'list'
  | 'import'
  | 'review'
  | 'report'
  | 'reach'
  | 'accounts'
  | 'instruments'
  | 'months'
  | 'kinds';

const PAGES: readonly (readonly [path: string, word: PageName, permission: Permission])[] = [
  ['/publicity/new', 'enter', 'output.write'],
  ['/publicity', 'list', 'output.read'],
  ['/publicity/import', 'import', 'output.write'],
  ['/publicity/review', 'review', 'output.write'],
  ['/publicity/report', 'report', 'output.read'],
  ['/publicity/reach', 'reach', 'output.read'],
  ['/publicity/accounts', 'accounts', 'output.read'],
  ['/publicity/instruments', 'instruments', 'output.read'],
  ['/publicity/months', 'months', 'month.close'],
  ['/publicity/kinds', 'kinds', 'kind.manage'],
];

/** A page of the ledger under the ledger's own navigation, where the count of waiting entries always stands. */
export function Section(props: { title: string; lead?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  const { tell } = useLedgerSpeech();
  const { may } = useStaff();
  // Who reviews nothing finds there what came back.
  const nameOf = (word: PageName): string => tell(word === 'review' && !may('output.review') ? 'returnedPage' : word);
  const [path] = useLocation();
  const { view } = useOutbox();
  const nav = useRef<HTMLElement>(null);
  // On a phone the pages stand in one row that scrolls: the one that is open is always in sight.
  useEffect(() => {
    if (path) nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [path]);
  return (
    <>
      <nav ref={nav} className="ledger-nav" aria-label={tell('pages')}>
        <ul>
          {PAGES.filter(([, , permission]) => may(permission)).map(([to, word]) => (
            <li key={to}>
              <Link href={to} aria-current={path === to ? 'page' : undefined}>
                {nameOf(word)}
                {word === 'enter' && view.items.length > 0 ? (
                  <span className="waiting-count">{tell('waitingCount', { n: view.items.length })}</span>
                ) : null}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Page {...props} />
    </>
  );
}
