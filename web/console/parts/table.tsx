import type { ReactNode } from 'react';
import type { Problem } from '../../../src/core/errors.ts';
import { errorSentence } from '../../../src/core/errors.ts';
import { formatCount, inBrackets } from '../../shared/format.ts';
import { useSpeech } from '../context.tsx';
import type { SectionId } from '../method/sections.tsx';
import { Why } from '../method/Why.tsx';
import { Scroll } from './scroll.tsx';

export interface Column<T> {
  readonly head: string;
  readonly cell: (row: T) => ReactNode;
  /** Numbers stand right, in figures of one width. */
  readonly number?: boolean;
  /** The column that names the row. */
  readonly names?: boolean;
}

/** A plain table that scrolls within itself when the screen is narrow. */
export function Table<T>(props: {
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
}) {
  return (
    <Scroll label={props.caption}>
      <table>
        <caption className="visually-hidden">{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th key={column.head} scope="col" className={column.number ? 'number' : undefined}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={props.keyOf(row)}>
              {props.columns.map((column) =>
                column.names ? (
                  <th key={column.head} scope="row">
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.head} className={column.number ? 'number' : undefined}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const SHOWN = 200;

/** Findings in a file: where, what, how to mend. */
export function Problems({ title, problems }: { title: string; problems: readonly Problem[] }) {
  const { say, lang } = useSpeech();
  if (problems.length === 0) return null;
  const listed = problems.slice(0, SHOWN).map((problem, index) => ({ ...problem, id: String(index) }));
  return (
    <section className="block">
      <h2>
        {title}
        {inBrackets(formatCount(problems.length), lang)}
      </h2>
      <Table
        caption={title}
        rows={listed}
        keyOf={(problem) => problem.id}
        columns={[
          { head: say('problemRow'), number: true, cell: ({ row }) => (row === undefined ? '' : formatCount(row)) },
          { head: say('problemColumn'), cell: ({ column }) => column ?? '' },
          { head: say('problemText'), cell: (problem) => errorSentence(problem, lang) },
        ]}
      />
      {problems.length > SHOWN ? <p className="muted">{say('problemsMore', { shown: SHOWN })}</p> : null}
    </section>
  );
}

/** A figure with its name, for reports: a short definition list. A name may lead to what it means. */
export type Fact = readonly [name: string, value: ReactNode, about?: SectionId];

export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value, about]) => (
        <div key={name}>
          <dt>{about ? <Why about={about}>{name}</Why> : name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
