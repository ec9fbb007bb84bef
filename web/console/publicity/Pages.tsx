import type { ReactNode } from 'react';
import { Route, Switch } from 'wouter';
import { useStaff } from '../context.tsx';
import type { Permission } from '../wire.ts';
import { AccountsPage } from './AccountsPage.tsx';
import { EntryDetailPage, EntryEditPage } from './EntryDetail.tsx';
import { EntryPage } from './EntryPage.tsx';
import { ImportPage } from './ImportPage.tsx';
import { InstrumentsPage } from './InstrumentsPage.tsx';
import { KindsPage } from './KindsPage.tsx';
import { LedgerPage } from './LedgerPage.tsx';
import { MonthsPage } from './MonthsPage.tsx';
import { ReachPage } from './ReachPage.tsx';
import { ReportPage } from './ReportPage.tsx';
import { ReviewPage } from './ReviewPage.tsx';

/** The pages of the publicity ledger; `refused` stands where a role may not go. */
export function LedgerPages({ refused, missing }: { refused: ReactNode; missing: ReactNode }) {
  const { may } = useStaff();
  const guard = (permission: Permission, page: ReactNode): ReactNode => (may(permission) ? page : refused);
  return (
    <Switch>
      <Route path="/publicity">{guard('output.read', <LedgerPage />)}</Route>
      <Route path="/publicity/new">{guard('output.write', <EntryPage />)}</Route>
      <Route path="/publicity/entries/:id">
        {({ id }) => guard('output.read', <EntryDetailPage key={id} id={decodeURIComponent(id)} />)}
      </Route>
      <Route path="/publicity/entries/:id/edit">
        {({ id }) => guard('output.write', <EntryEditPage key={id} id={decodeURIComponent(id)} />)}
      </Route>
      <Route path="/publicity/review">{guard('output.write', <ReviewPage />)}</Route>
      <Route path="/publicity/import">{guard('output.write', <ImportPage />)}</Route>
      <Route path="/publicity/accounts">{guard('output.read', <AccountsPage />)}</Route>
      <Route path="/publicity/instruments">{guard('output.read', <InstrumentsPage />)}</Route>
      <Route path="/publicity/report">{guard('output.read', <ReportPage />)}</Route>
      <Route path="/publicity/reach">{guard('output.read', <ReachPage />)}</Route>
      <Route path="/publicity/months">{guard('month.close', <MonthsPage />)}</Route>
      <Route path="/publicity/kinds">{guard('kind.manage', <KindsPage />)}</Route>
      <Route>{missing}</Route>
    </Switch>
  );
}
