import { useState } from 'react';
import { periodText } from '../../../src/core/period.ts';
import { formatInstant } from '../../shared/format.ts';
import { useAddress } from '../address.ts';
import { useStaff } from '../context.tsx';
import { SelectField, UnitField } from '../parts/fields.tsx';
import { ErrorNote, Loaded } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { useRemote, useTask } from '../remote.ts';
import { closeMonth, listClosings, reopenMonth } from './calls.ts';
import { useUnits, writingUnits } from './catalogue.ts';
import { today } from './dates.ts';
import { ReasonDialog } from './ReasonDialog.tsx';
import { Section } from './Section.tsx';
import { useLedgerSpeech } from './speech.ts';
import { UndoNote, useUndo } from './UndoNote.tsx';

const FIRST_YEAR = 2018;

/** The months of a year: which are closed, by whom it counts, and the way to reopen one. */
export function MonthsPage() {
  const { tell, lang } = useLedgerSpeech();
  const { user } = useStaff();
  const address = useAddress();
  const units = useUnits();
  const now = today().slice(0, 7);
  const year = address.get('year') ?? now.slice(0, 4);
  const unit = address.get('unit') ?? user.unit?.code ?? writingUnits(units.data?.units ?? [])[0]?.code ?? '';
  const remote = useRemote(unit ? `closed ${unit} ${year}` : null, () => listClosings({ unit, year }));
  const undo = useUndo(remote.reload);
  const [reopening, setReopening] = useState<string | null>(null);
  const task = useTask(async (month: string) => {
    await closeMonth({ unit, month });
    undo.tell({
      text: tell('monthClosedDone', { month: periodText(month, lang) }),
      undo: () => reopenMonth({ unit, month, reason: tell('undo') }),
    });
  });
  const months = Array.from({ length: 12 }, (_, i) => `${year}-${String(i + 1).padStart(2, '0')}`);
  const years = Array.from({ length: Number(now.slice(0, 4)) - FIRST_YEAR + 1 }, (_, i) => String(FIRST_YEAR + i));
  return (
    <Section title={tell('months')} lead={tell('monthsLead')}>
      <div className="filters">
        <UnitField
          label={tell('unit')}
          required={false}
          value={unit}
          onChange={(value) => address.set({ unit: value })}
        />
        <SelectField
          label={tell('year')}
          value={year}
          onChange={(value) => address.set({ year: value })}
          options={years.reverse().map((one) => [one, one] as const)}
        />
      </div>
      <UndoNote undo={undo} />
      <ErrorNote error={task.error} />
      <Loaded remote={remote} lines={12}>
        {({ closings }) => (
          <Table
            caption={tell('months')}
            rows={months}
            keyOf={(month) => month}
            columns={[
              { head: tell('month'), names: true, cell: (month) => periodText(month, lang) },
              {
                head: tell('state'),
                cell: (month) => {
                  const own = closings.find((one) => one.month === month && one.unitCode === unit);
                  const above = closings.find((one) => one.month === month);
                  if (own) return tell('closedAt', { time: formatInstant(own.closedAt, lang) });
                  if (above) return tell('closedAbove', { time: formatInstant(above.closedAt, lang) });
                  return tell(month > now ? 'monthFuture' : 'monthOpen');
                },
              },
              {
                head: tell('action'),
                cell: (month) => {
                  const name = periodText(month, lang);
                  if (closings.some((one) => one.month === month && one.unitCode === unit)) {
                    return (
                      <button
                        type="button"
                        className="button button-small"
                        aria-label={tell('reopenLabel', { month: name })}
                        onClick={() => setReopening(month)}
                      >
                        {tell('reopenMonth')}
                      </button>
                    );
                  }
                  return month > now ? null : (
                    <button
                      type="button"
                      className="button button-small"
                      disabled={task.busy}
                      aria-label={tell('closeMonthLabel', { month: name })}
                      onClick={() => void task.run(month)}
                    >
                      {tell('closeMonth')}
                    </button>
                  );
                },
              },
            ]}
          />
        )}
      </Loaded>
      {reopening ? (
        <ReasonDialog
          title={tell('reopenLabel', { month: periodText(reopening, lang) })}
          body={tell('reopenBody')}
          action={tell('reopenMonth')}
          run={async (reason) => {
            await reopenMonth({ unit, month: reopening, reason });
            undo.tell({ text: tell('monthReopened', { month: periodText(reopening, lang) }), undo: null });
          }}
          onClose={() => setReopening(null)}
        />
      ) : null}
    </Section>
  );
}
