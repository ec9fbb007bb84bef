/** A button that says its key. */
export function KeyButton(props: { name: string; text: string; press: () => void; off?: boolean; main?: boolean }) {
  return (
    <button
      type="button"
      className={props.main ? 'button button-main' : 'button'}
      disabled={props.off === true}
      aria-keyshortcuts={props.name}
      onClick={props.press}
    >
      {props.text} <kbd>{props.name}</kbd>
    </button>
  );
}
