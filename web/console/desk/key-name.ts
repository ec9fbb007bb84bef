/** The key as it is named in a table of keys; an input method that is switched on does not hide it. */
export function nameOfKey({ key, code }: { readonly key: string; readonly code: string }): string {
  if (key === 'Process' || key === 'Unidentified') {
    const letter = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(code)?.[1];
    return letter ? letter.toLowerCase() : code;
  }
  return key.length === 1 ? key.normalize('NFKC').toLowerCase() : key;
}
