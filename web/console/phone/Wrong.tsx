import type { Pasted } from './pasted.ts';
import { usePhoneSpeech } from './speech.ts';

/** The pasted lines that could not be read. */
export function Wrong({ wrong }: Pick<Pasted<unknown>, 'wrong'>) {
  const { tell } = usePhoneSpeech();
  if (wrong.length === 0) return null;
  return (
    <div className="note note-error" role="alert">
      <p>{tell('pastedWrong', { count: wrong.length })}</p>
      <ul>
        {wrong.slice(0, 20).map(({ line, text }) => (
          <li key={line}>{tell('pastedLine', { line, text })}</li>
        ))}
      </ul>
    </div>
  );
}
