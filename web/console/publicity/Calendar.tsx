import { Link } from 'wouter';
import { periodText } from '../../../src/core/period.ts';
import { formatCount } from '../../shared/format.ts';
import type { Address } from '../address.ts';
import { Loaded } from '../parts/page.tsx';
import { useRemote } from '../remote.ts';
import { countDays } from './calls.ts';
import { moveMonth, today, weeksOf } from './dates.ts';
import { useLedgerSpeech } from './speech.ts';

/** A month with the number of entries on each day; a day leads to its entries. */
export function Calendar(props: {
  address: Address;
  unit: string | null;
  kinds: string | null;
  states: string | null;
}) {
  const { tell, lang } = useLedgerSpeech();
  const { address, unit, kinds, states } = props;
  const month = address.get('month') ?? today().slice(0, 7);
  const remote = useRemote(`days ${month} ${unit} ${kinds} ${states}`, () => countDays({ month, unit, kinds, states }));
  return (
    <section aria-label={tell('asCalendar')}>
      <div className="calendar-head">
        <Link href={address.with({ month: moveMonth(month, -1) })} className="button button-small">
          ‹ {tell('monthBefore')}
        </Link>
        <h2>{periodText(month, lang)}</h2>
        {month < today().slice(0, 7) ? (
          <Link href={address.with({ month: moveMonth(month, 1) })} className="button button-small">
            {tell('monthAfter')} ›
          </Link>
        ) : (
          <span />
        )}
      </div>
      <Loaded remote={remote}>
        {({ days }) => {
          const counts = new Map(days.map(({ day, entries }) => [day, entries]));
          const all = days.reduce((sum, { entries }) => sum + entries, 0);
          return (
            <table className="calendar">
              <caption>{tell('monthEntries', { month: periodText(month, lang), n: formatCount(all) })}</caption>
              <thead>
                <tr>
                  {tell('weekdays')
                    .split(' ')
                    .map((day) => (
                      <th key={day} scope="col">
                        {day}
                      </th>
                    ))}
                </tr>
              </thead>
              <tbody>
                {weeksOf(month).map((week) => (
                  <tr key={week.find((day) => day !== null)}>
                    {week.map((day, index) => {
                      const n = day === null ? 0 : (counts.get(day) ?? 0);
                      return (
                        <td key={day ?? `none ${index}`} className={day === today() ? 'calendar-today' : undefined}>
                          {day === null ? null : <span className="calendar-day">{Number(day.slice(8))}</span>}
                          {n > 0 ? (
                            <Link
                              href={address.with({ view: null, month: null, from: day, to: day })}
                              aria-label={tell('entriesOn', { day: day ?? '', n })}
                            >
                              {tell('entriesShort', { n: formatCount(n) })}
                            </Link>
                          ) : null}
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          );
        }}
      </Loaded>
    </section>
  );
}
