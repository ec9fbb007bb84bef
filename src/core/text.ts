/** The two languages of the interface: Chinese first, English second. */
export const LANGS = ['zh', 'en'] as const;
export type Lang = (typeof LANGS)[number];

/** One sentence or label in both languages. */
export type Text = Readonly<Record<Lang, string>>;

/** Values that may fill the `{placeholders}` of a sentence. */
export type Details = Readonly<Record<string, unknown>>;

/**
 * Fills `{name}` in a template from details, and of `{name|entry|entries}` puts the first word after one and the second
 * after any other number. An unknown name stays visible, so that a wrong sentence is noticed.
 */
export function fill(template: string, details: Details): string {
  return template.replace(
    /\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g,
    (whole, name: string, one?: string, many?: string) => {
      const value = details[name];
      if (value === undefined || value === null) return whole;
      if (one !== undefined && many !== undefined) return String(value) === '1' ? one : many;
      return Array.isArray(value) ? value.join('、') : String(value);
    },
  );
}
