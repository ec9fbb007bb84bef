import { defineTables } from '../tables.ts';
import { columns } from './columns.sqlite.ts';

export const tables = defineTables(columns);

// drizzle-kit finds tables among the exports of this file.
export const {
  units,
  unitPopulations,
  surveyVersions,
  waves,
  waveMargins,
  invitations,
  imports,
  responses,
  answers,
  tallies,
  tallyTotals,
  users,
  sessions,
  accounts,
  verifications,
  audit,
  campaigns,
  quotaCells,
  cases,
  caseNumbers,
  suppressions,
  attempts,
  attemptEvents,
  keypadSessions,
  consents,
  recordings,
  reviews,
  messages,
  webhooksSeen,
  carrierStates,
  desks,
} = tables;
