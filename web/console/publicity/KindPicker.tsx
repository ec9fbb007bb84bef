import { useState } from 'react';
import { unitName } from '../../../src/core/publicity/names.ts';
import { TextField } from '../parts/fields.tsx';
import { closestKinds, frequentKinds, searchKinds } from './catalogue.ts';
import { useLedgerSpeech } from './speech.ts';
import type { Kind } from './wire.ts';

/** Kinds to tap: those of every day first, the others by a word or from the whole list. */
export function KindPicker(props: {
  kinds: readonly Kind[];
  /** Codes of the kinds entered lately. */
  used: readonly string[];
  onPick: (kind: Kind) => void;
}) {
  const { tell } = useLedgerSpeech();
  const [typed, setTyped] = useState('');
  const found = typed.trim() === '' ? null : searchKinds(props.kinds, typed);
  const close = found?.length === 0 ? closestKinds(props.kinds, typed) : [];
  return (
    <section aria-label={tell('kind')}>
      <TextField label={tell('findKind')} type="search" required={false} value={typed} onChange={setTyped} />
      {found === null ? (
        <>
          <h2 className="tiles-title">{tell('frequent')}</h2>
          <Tiles kinds={frequentKinds(props.kinds, props.used)} onPick={props.onPick} />
          <details className="all-kinds">
            <summary>{tell('allKinds', { n: props.kinds.length })}</summary>
            <Tiles kinds={props.kinds} onPick={props.onPick} />
          </details>
        </>
      ) : (
        <>
          <p className={found.length > 0 ? 'visually-hidden' : undefined} role="status">
            {found.length > 0
              ? tell('kindsFound', { n: found.length })
              : tell(close.length > 0 ? 'noKind' : 'noKindAtAll', { q: typed.trim() })}
          </p>
          <Tiles kinds={found.length > 0 ? found : close} onPick={props.onPick} />
        </>
      )}
    </section>
  );
}

function Tiles({ kinds, onPick }: { kinds: readonly Kind[]; onPick: (kind: Kind) => void }) {
  const { pick } = useLedgerSpeech();
  return (
    <ul className="tiles">
      {kinds.map((kind) => (
        <li key={kind.code}>
          <button type="button" className="tile" onClick={() => onPick(kind)}>
            {pick(kind.name)} <span className="muted">{pick(unitName(kind))}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
