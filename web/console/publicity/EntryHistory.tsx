import { MEDIA_LEVEL_NAMES, REACH_NAMES } from '../../../src/core/publicity/names.ts';
import { formatInstant, inBrackets } from '../../shared/format.ts';
import { useLedgerSpeech } from './speech.ts';
import type { OutputEvent, OutputView } from './wire.ts';
import { FIELD_WORDS, LEDGER_ACTION_WORDS, STATE_WORDS } from './wording.ts';

/** Who did what to an entry, the latest first. */
export function EntryHistory({ events }: { events: readonly OutputEvent[] }) {
  const { pick, lang } = useLedgerSpeech();
  return (
    <ol className="history">
      {events.map((event) => {
        const words = LEDGER_ACTION_WORDS[event.action];
        return (
          <li key={`${event.at} ${event.action}`}>
            <p>
              <span className="nowrap">{formatInstant(event.at, lang)}</span> {event.by}{' '}
              <strong>{words ? pick(words) : event.action}</strong>
              {typeof event.details.reason === 'string' ? `${lang === 'zh' ? '：' : ': '}${event.details.reason}` : ''}
            </p>
            <Differences details={event.details} />
          </li>
        );
      })}
    </ol>
  );
}

/** What a change changed, field by field. */
function Differences({ details }: { details: OutputEvent['details'] }) {
  const { tell, pick, lang } = useLedgerSpeech();
  const before = (details.before ?? {}) as Readonly<Record<string, unknown>>;
  const after = (details.after ?? {}) as Readonly<Record<string, unknown>>;
  const fields = Object.keys(after);
  if (fields.length === 0) return null;
  const print = (field: string, value: unknown): string => {
    if (value === null || value === undefined || value === '') return tell('empty');
    if (field === 'state') return pick(STATE_WORDS[value as OutputView['state']]);
    if (field === 'mediaLevel' || field === 'ownLevel')
      return pick(MEDIA_LEVEL_NAMES[value as keyof typeof MEDIA_LEVEL_NAMES]);
    if (field === 'reach') {
      const list = value as OutputView['reach'];
      return (
        list
          .map(({ reach, quantity }) => `${pick(REACH_NAMES[reach].name)} ${quantity.text}`)
          .join(lang === 'zh' ? '；' : '; ') || tell('empty')
      );
    }
    return String(value);
  };
  return (
    <ul className="differences">
      {fields.map((field) => (
        <li key={field}>
          <span className="muted">{FIELD_WORDS[field] ? pick(FIELD_WORDS[field]) : field}</span>{' '}
          {print(field, after[field])}{' '}
          <span className="muted">{inBrackets(tell('before', { value: print(field, before[field]) }), lang)}</span>
        </li>
      ))}
    </ul>
  );
}
