/** The two languages of the interface: Chinese first, English second. */
export const LANGS = ['zh', 'en'] as const;
export type Lang = (typeof LANGS)[number];

/** One sentence or label in both languages. */
export type Text = Readonly<Record<Lang, string>>;

/** Values that may fill the `{placeholders}` of a sentence. */
export type Details = Readonly<Record<string, unknown>>;

/** Fills `{name}` in a template from details; an unknown name stays visible, so that a wrong sentence is noticed. */
export function fill(template: string, details: Details): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = details[name];
    if (value === undefined || value === null) return whole;
    return Array.isArray(value) ? value.join('、') : String(value);
  });
}
