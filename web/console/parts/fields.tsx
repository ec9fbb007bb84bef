import { type ReactNode, useId } from 'react';
import { inBrackets } from '../../shared/format.ts';
import { listUnits } from '../calls.ts';
import { useSpeech } from '../context.tsx';
import { useRemote } from '../remote.ts';

interface Labelled {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | null;
  readonly optional?: boolean;
}

/** Label above, hint below the label, error under the field: one column, read in order. */
function Field(props: Labelled & { id: string; children: ReactNode }) {
  const { say, lang } = useSpeech();
  return (
    <div className={props.error ? 'field field-wrong' : 'field'}>
      <label htmlFor={props.id}>
        {props.label}
        {props.optional ? <span className="muted">{inBrackets(say('optional'), lang)}</span> : null}
      </label>
      {props.hint ? (
        <p className="hint" id={`${props.id}-hint`}>
          {props.hint}
        </p>
      ) : null}
      {props.children}
      {props.error ? (
        <p className="field-error" id={`${props.id}-error`} role="alert">
          {props.error}
        </p>
      ) : null}
    </div>
  );
}

const described = (id: string, props: Labelled): { 'aria-describedby'?: string; 'aria-invalid'?: true } => {
  const ids = [props.hint ? `${id}-hint` : '', props.error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return { ...(ids ? { 'aria-describedby': ids } : {}), ...(props.error ? { 'aria-invalid': true as const } : {}) };
};

export function TextField(
  props: Labelled & {
    value: string;
    onChange: (value: string) => void;
    type?: 'text' | 'password' | 'date' | 'month' | 'number' | 'search';
    autoComplete?: string;
    name?: string;
    required?: boolean;
    min?: number | string;
    max?: number;
    list?: string;
  },
) {
  const id = useId();
  return (
    <Field {...props} id={id}>
      <input
        id={id}
        type={props.type ?? 'text'}
        name={props.name}
        value={props.value}
        min={props.min}
        max={props.max}
        list={props.list}
        required={props.required ?? !props.optional}
        autoComplete={props.autoComplete ?? 'off'}
        onChange={(event) => props.onChange(event.target.value)}
        {...described(id, props)}
      />
    </Field>
  );
}

export function SelectField(
  props: Labelled & {
    value: string;
    onChange: (value: string) => void;
    required?: boolean;
    options: readonly (readonly [value: string, text: string])[];
  },
) {
  const id = useId();
  return (
    <Field {...props} id={id}>
      <select
        id={id}
        value={props.value}
        required={props.required ?? !props.optional}
        onChange={(event) => props.onChange(event.target.value)}
        {...described(id, props)}
      >
        {props.options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}

export function FileField(
  props: Labelled & { accept: string; required?: boolean; onChange: (file: File | null) => void },
) {
  const id = useId();
  return (
    <Field {...props} id={id}>
      <input
        id={id}
        type="file"
        accept={props.accept}
        required={props.required ?? !props.optional}
        onChange={(event) => props.onChange(event.target.files?.[0] ?? null)}
        {...described(id, props)}
      />
    </Field>
  );
}

export function CheckField(props: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  const id = useId();
  return (
    <div className="check">
      <input
        id={id}
        type="checkbox"
        checked={props.checked}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      <label htmlFor={id}>{props.label}</label>
    </div>
  );
}

/** Chooses a unit of the reader's own area; lower levels are indented under those above them. */
export function UnitField(
  props: Labelled & {
    value: string;
    onChange: (code: string) => void;
    required?: boolean;
    first?: readonly [string, string];
  },
) {
  const { lang } = useSpeech();
  const remote = useRemote('units', listUnits);
  const units = remote.data?.units ?? [];
  const depth = new Map<string, number>();
  for (const { code, parentCode } of units) depth.set(code, (depth.get(parentCode ?? '') ?? -1) + 1);
  return (
    <SelectField
      {...props}
      options={[
        props.first ?? ['', ''],
        ...units.map((unit): readonly [string, string] => [
          unit.code,
          `${'　'.repeat(depth.get(unit.code) ?? 0)}${unit.name}${inBrackets(unit.code, lang)}`,
        ]),
      ]}
    />
  );
}
