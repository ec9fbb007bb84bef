import { Dialog } from '../parts/confirm.tsx';
import { useDeskSpeech } from './speech.ts';

const KEYS = [
  ['Enter / N', 'helpNext'],
  ['D', 'helpDial'],
  ['R', 'helpReveal'],
  ['X', 'helpRelease'],
  ['0—9', 'helpDigits'],
  ['Enter', 'helpEnter'],
  ['Backspace', 'helpBack'],
  ['S', 'helpLink'],
  ['E', 'helpOutcome'],
  ['Esc', 'helpEscape'],
  ['B', 'helpBreak'],
  ['?', 'helpHelp'],
] as const;

/** All keys of the desk. */
export function Help({ onClose }: { onClose: () => void }) {
  const { tell, say } = useDeskSpeech();
  return (
    <Dialog title={tell('help')} onClose={onClose}>
      <table>
        <tbody>
          {KEYS.map(([key, word]) => (
            <tr key={word}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{tell(word)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="buttons">
        <button type="button" className="button button-main" onClick={onClose}>
          {say('close')}
        </button>
      </div>
    </Dialog>
  );
}
