import { Link } from 'wouter';
import { formatCount } from '../../shared/format.ts';
import { LEVEL_WORDS } from '../../shared/wording.ts';
import { useAddress } from '../address.ts';
import { importUnits, listUnits } from '../calls.ts';
import { useSpeech, useStaff } from '../context.tsx';
import { TextField } from '../parts/fields.tsx';
import { Empty, Loaded, Page } from '../parts/page.tsx';
import { Facts, Problems, Table } from '../parts/table.tsx';
import { CheckedUpload } from '../parts/upload.tsx';
import { useRemote } from '../remote.ts';
import type { UnitImportReport, UnitView } from '../wire.ts';

export function UnitsPage() {
  const { say } = useSpeech();
  const { may } = useStaff();
  const remote = useRemote('units', listUnits);
  const action = may('unit.import') ? (
    <Link href="/units/import" className="button button-main">
      {say('importUnits')}
    </Link>
  ) : null;
  return (
    <Page title={say('units')} lead={say('unitsLead')} actions={action}>
      <Loaded remote={remote} lines={14}>
        {({ units }) =>
          units.length === 0 ? (
            <Empty title={say('unitsEmpty')}>
              <p>{say('unitsEmptyHow')}</p>
            </Empty>
          ) : (
            <UnitTable units={units} />
          )
        }
      </Loaded>
    </Page>
  );
}

function UnitTable({ units }: { units: readonly UnitView[] }) {
  const { say, pick } = useSpeech();
  const address = useAddress();
  const q = address.get('q') ?? '';
  const byCode = new Map(units.map((unit) => [unit.code, unit]));
  const depthOf = (unit: UnitView): number => {
    const parent = byCode.get(unit.parentCode ?? '');
    return parent ? depthOf(parent) + 1 : 0;
  };
  const parentName = (unit: UnitView): string => byCode.get(unit.parentCode ?? '')?.name ?? '';
  const rows = units.filter((unit) => unit.code.startsWith(q) || `${parentName(unit)}${unit.name}`.includes(q));
  return (
    <>
      <div className="table-tools">
        <TextField
          label={say('searchUnits')}
          type="search"
          required={false}
          value={q}
          onChange={(value) => address.set({ q: value }, { replace: true })}
        />
        <p className="muted rows-count" role="status">
          {q === ''
            ? say('rowsShown', { count: formatCount(units.length) })
            : say('rowsFound', { found: formatCount(rows.length), count: formatCount(units.length) })}
        </p>
      </div>
      {rows.length === 0 ? (
        <Empty title={say('nothingFound', { q })} />
      ) : (
        <Table
          caption={say('units')}
          rows={rows}
          keyOf={({ code }) => code}
          columns={[
            {
              head: say('name'),
              names: true,
              cell: (unit) => <span className={`depth-${Math.min(depthOf(unit), 5)}`}>{unit.name}</span>,
            },
            { head: say('code'), cell: ({ code }) => <code>{code}</code> },
            { head: say('level'), cell: ({ level }) => pick(LEVEL_WORDS[level]) },
            { head: say('parent'), cell: parentName },
            {
              head: say('population'),
              number: true,
              cell: ({ population }) => (population === null ? say('unknown') : formatCount(population)),
            },
            { head: say('populationSource'), cell: ({ populationSource }) => populationSource ?? '' },
            {
              head: say('villages'),
              number: true,
              cell: ({ villages }) => (villages === null ? '' : formatCount(villages)),
            },
          ]}
        />
      )}
    </>
  );
}

export function ImportUnitsPage() {
  const { say } = useSpeech();
  return (
    <Page title={say('importUnits')} lead={say('unitsImportLead')}>
      <CheckedUpload<UnitImportReport>
        fields={[
          { label: say('unitsFile'), hint: say('unitsFileHint'), accept: '.csv,.xlsx,text/csv' },
          {
            label: say('populationsFile'),
            hint: say('populationsHint'),
            accept: '.csv,.xlsx,text/csv',
            optional: true,
          },
        ]}
        send={async ([units, populations = null], dryRun) => {
          if (!units) throw new RangeError('no file of units');
          return importUnits({ units, populations }, dryRun);
        }}
        title={() => say('checkedTitle')}
        review={(report) => (
          <>
            <Facts
              facts={[
                [say('created'), formatCount(report.created)],
                [say('updated'), formatCount(report.updated)],
                [say('unchanged'), formatCount(report.unchanged)],
                [say('populationCells'), formatCount(report.populations)],
              ]}
            />
            <Problems title={say('warnings')} problems={report.warnings} />
          </>
        )}
        confirm={() => say('writeUnits')}
        done={({ created, updated }) => (
          <>
            <p>{say('unitsDone', { created: formatCount(created), updated: formatCount(updated) })}</p>
            <p>
              <Link href="/units">{say('units')}</Link>
            </p>
          </>
        )}
        back="/units"
      />
    </Page>
  );
}
