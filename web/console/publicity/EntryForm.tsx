import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import type { Problem } from '../../../src/core/errors.ts';
import { errorSentence } from '../../../src/core/errors.ts';
import { periodText } from '../../../src/core/period.ts';
import { checkEntry } from '../../../src/core/publicity/entry.ts';
import { MEDIA_LEVELS } from '../../../src/core/publicity/kinds.ts';
import { followersAt, matchAccounts } from '../../../src/core/publicity/media-accounts.ts';
import { MEDIA_LEVEL_NAMES, unitName } from '../../../src/core/publicity/names.ts';
import { SelectField, TextField } from '../parts/fields.tsx';
import { Note } from '../parts/page.tsx';
import type { UnitView } from '../wire.ts';
import { placesUnder, useAccounts, writingUnits } from './catalogue.ts';
import { today } from './dates.ts';
import { type Draft, inputOf } from './draft.ts';
import { PhotoField } from './PhotoField.tsx';
import { ReachFields } from './ReachFields.tsx';
import { readTyped } from './reading.ts';
import { useLedgerSpeech } from './speech.ts';
import type { Kind } from './wire.ts';

const MOST_PLACES = 6;

interface FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | null;
}

/** The one form of an entry: new, mended or changed. */
export function EntryForm(props: {
  kinds: readonly Kind[];
  units: readonly UnitView[];
  /** Places entered lately, offered first. */
  places: readonly string[];
  start: Draft;
  photos?: readonly File[];
  /** Photos are offered where they can be sent along. */
  takesPhotos: boolean;
  /** Months that are closed for the unit. */
  closed: readonly string[];
  /** What the server said to it the last time. */
  refusal?: { readonly field: string | null; readonly sentence: string; readonly needsReason: boolean } | null;
  action: string;
  busy?: boolean;
  onChange?: (draft: Draft) => void;
  onSubmit: (draft: Draft, photos: readonly File[]) => void;
}) {
  const { tell, lang, pick } = useLedgerSpeech();
  const [draft, setDraft] = useState(props.start);
  const [photos, setPhotos] = useState<readonly File[]>(props.photos ?? []);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const summary = useRef<HTMLDivElement>(null);
  const placesId = useId();
  const kinds = new Map(props.kinds.map((one) => [one.code, one]));
  const kind = kinds.get(draft.kind);
  const month = draft.startDate.slice(0, 7);
  const isClosed = props.closed.includes(month) || (props.refusal?.needsReason ?? false);
  const offered = writingUnits(props.units);
  const below = placesUnder(props.units, draft.unit);
  const near = [...new Set([...props.places, ...below])].slice(0, MOST_PLACES);

  function change(part: Partial<Draft>): void {
    const next = { ...draft, ...part };
    setDraft(next);
    props.onChange?.(next);
  }
  const field = (name: Exclude<keyof Draft, 'reach'>): FieldProps => ({
    value: draft[name],
    onChange: (value: string) => change({ [name]: value }),
    error: errorOf(name),
  });
  function errorOf(name: string): string | null {
    const problem = problems.find(({ column }) => column === name);
    if (problem) return errorSentence(problem, lang);
    return props.refusal?.field === name && problems.length === 0 ? props.refusal.sentence : null;
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    const found = [...checkEntry(inputOf(draft), { kinds, today: today() }).problems];
    if (isClosed && draft.reason.trim() === '') {
      found.push({ code: 'OUTPUT_REASON_MISSING', column: 'reason', details: { most: 200 } });
    }
    setProblems(found);
    if (found.length === 0) props.onSubmit(draft, photos);
  }
  // Whoever cannot see the fields learns at once that something is wrong.
  useEffect(() => {
    if (problems.length > 0) summary.current?.focus();
  }, [problems]);

  if (!kind) return null;
  const read = readTyped(draft.quantity, unitName(kind), lang);
  return (
    <form className="form entry-form" noValidate onSubmit={submit}>
      {problems.length > 0 ? (
        <div className="note note-error" ref={summary} tabIndex={-1} role="alert">
          <p>{tell('checkBelow', { n: problems.length })}</p>
        </div>
      ) : null}
      {offered.length > 1 ? (
        <SelectField
          label={tell('unit')}
          {...field('unit')}
          options={offered.map((unit) => [unit.code, unit.name] as const)}
        />
      ) : null}
      <TextField label={tell('date')} type="date" {...field('startDate')} />
      <p className="quick">
        {[0, 1].map((ago) => (
          <button
            key={ago}
            type="button"
            className="button button-small"
            aria-pressed={draft.startDate === today(ago)}
            onClick={() => change({ startDate: today(ago), endDate: '' })}
          >
            {tell(ago === 0 ? 'today' : 'yesterday')}
          </button>
        ))}
      </p>
      {isClosed ? (
        <>
          <Note kind="warning">
            <p>{tell('monthClosed', { month: periodText(month, lang) })}</p>
          </Note>
          <TextField label={tell('reason')} {...field('reason')} />
        </>
      ) : null}
      <TextField label={tell('place')} optional list={placesId} required={false} {...field('place')} />
      <datalist id={placesId}>
        {[...new Set([...props.places, ...below])].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {near.length > 0 ? (
        <p className="quick">
          {near.map((name) => (
            <button
              key={name}
              type="button"
              className="button button-small"
              aria-pressed={draft.place === name}
              onClick={() => change({ place: draft.place === name ? '' : name })}
            >
              {name}
            </button>
          ))}
        </p>
      ) : null}
      <TextField
        label={tell('quantityIn', { unit: pick(unitName(kind)) })}
        hint={kind.measure === 'stock' ? tell('stockHint') : tell('quantityHint')}
        {...field('quantity')}
      />
      <p className="read-back" role="status">
        {read === null || errorOf('quantity') !== null ? '' : tell('readAs', { text: read })}
      </p>
      <ReachFields kind={kind} value={draft.reach} error={errorOf('reach')} onChange={(reach) => change({ reach })} />
      {kind.inMedia ? (
        <MediaFields field={field} unit={props.units.find(({ code }) => code === draft.unit)} day={draft.startDate} />
      ) : null}
      <details
        className="more"
        open={['endDate', 'note', ...(kind.inMedia ? [] : ['title', 'link'])].some((name) => errorOf(name) !== null)}
      >
        <summary>{tell('more')}</summary>
        <TextField
          label={tell('endDate')}
          hint={tell('endDateHint')}
          type="date"
          required={false}
          {...field('endDate')}
        />
        {kind.inMedia ? null : (
          <>
            <TextField label={tell('titleOther')} required={false} {...field('title')} />
            <TextField label={tell('link')} required={false} {...field('link')} />
          </>
        )}
        <TextField label={tell('note')} required={false} {...field('note')} />
      </details>
      {props.takesPhotos ? <PhotoField label={tell('photos')} photos={photos} onChange={setPhotos} /> : null}
      <div className="buttons entry-buttons">
        <button type="submit" className="button button-main" disabled={props.busy}>
          {props.busy ? tell('working') : props.action}
        </button>
      </div>
    </form>
  );
}

/** What a piece in the media has besides: by it a repost is known again. */
function MediaFields(props: {
  field: (name: 'title' | 'outlet' | 'mediaLevel' | 'link') => FieldProps;
  unit: UnitView | undefined;
  day: string;
}) {
  const { tell, pick } = useLedgerSpeech();
  const { field, unit, day } = props;
  return (
    <>
      <TextField label={tell('title')} optional {...field('title')} />
      <OutletField {...field('outlet')} unitPath={unit?.path ?? null} day={day} />
      <SelectField
        label={tell('mediaLevel')}
        optional
        {...field('mediaLevel')}
        options={[
          ['', tell('mediaLevelNone')],
          ...MEDIA_LEVELS.map((level) => [level, pick(MEDIA_LEVEL_NAMES[level])] as const),
        ]}
      />
      <TextField label={tell('link')} optional {...field('link')} />
    </>
  );
}

/** The outlet as it is called; an account that is known by this name is told with its followers. */
function OutletField({ unitPath, day, ...field }: FieldProps & { unitPath: string | null; day: string }) {
  const { tell } = useLedgerSpeech();
  const id = useId();
  const known = useAccounts().data?.accounts ?? [];
  const around = known.filter(
    (one) =>
      unitPath !== null &&
      one.endedOn === null &&
      (unitPath.startsWith(one.unitPath) || one.unitPath.startsWith(unitPath)),
  );
  const matches = unitPath === null ? [] : matchAccounts(known, { outlet: field.value, unitPath, day });
  const [meant, other] = matches;
  const figure = meant && followersAt(meant.followers, day);
  const { label } = meant ?? {};
  const said = other
    ? tell('accountWhich', { n: matches.length })
    : figure
      ? tell('accountKnown', { label, n: figure.quantity.text, day: figure.day })
      : meant
        ? tell('accountNoFigure', { label })
        : '';
  return (
    <>
      <TextField label={tell('outlet')} optional list={id} {...field} />
      <datalist id={id}>
        {around.map((one) => (
          <option key={one.id} value={one.label} />
        ))}
      </datalist>
      <p className="read-back" role="status">
        {said}
      </p>
    </>
  );
}
