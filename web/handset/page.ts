/** Small words for building a page. */
export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export function button(className: string, label: string, act: () => void): HTMLButtonElement {
  const node = el('button', { type: 'button', class: className }, label);
  node.addEventListener('click', act);
  return node;
}

/** One field and its button. */
export interface Line {
  readonly form: HTMLFormElement;
  readonly input: HTMLInputElement;
  readonly label: HTMLLabelElement;
  readonly send: HTMLButtonElement;
}

export function line(
  name: string,
  attributes: Readonly<Record<string, string>>,
  act: (text: string) => void,
  ...below: Node[]
): Line {
  const input = el('input', { id: name, autocomplete: 'off', ...attributes });
  const label = el('label', { for: name });
  const send = el('button', { type: 'submit', class: 'plain' });
  const form = el('form', { class: 'line' }, label, el('div', { class: 'row' }, input, send), ...below);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    act(input.value.trim());
  });
  return { form, input, label, send };
}

/** A text whose addresses can be opened, in a page of their own. */
export function linked(text: string): (Node | string)[] {
  return text
    .split(/(https?:\/\/[\w.~:/?#@!$&*+=%-]+)/)
    .map((part, index) =>
      index % 2 === 0 ? part : el('a', { href: part, target: '_blank', rel: 'noopener noreferrer' }, part),
    );
}
