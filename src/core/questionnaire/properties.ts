import type { Problem } from '../errors.ts';
import type { Text } from '../text.ts';

export type Properties = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** They run script, redirect, or fetch other addresses, whoever fills them in (stored XSS, SSRF). */
const UNSAFE = new Set([
  'html',
  'completedHtml',
  'completedBeforeHtml',
  'completedHtmlOnCondition',
  'loadingHtml',
  'navigateToUrl',
  'navigateToUrlOnCondition',
  'choicesByUrl',
  'cookieName',
  'imageLink',
  'logo',
  'backgroundImage',
  '__proto__',
]);

/** Reads typed properties of one JSON object and notes what is wrong with them; reading goes on, so that all problems show. */
export class PropertyReader {
  private readonly source: Properties;
  private readonly place: string;
  private readonly problems: Problem[];

  constructor(source: Properties, place: string, problems: Problem[]) {
    this.source = source;
    this.place = place;
    this.problems = problems;
  }

  /** Refuses every property that is not listed. */
  allow(names: readonly string[]): void {
    for (const property of Object.keys(this.source))
      if (UNSAFE.has(property))
        this.problems.push({ code: 'QUESTIONNAIRE_UNSAFE', details: { place: this.place, property } });
      else if (!names.includes(property))
        this.problems.push({
          code: 'QUESTIONNAIRE_PROPERTY',
          details: { place: this.place, property: property.slice(0, 60) },
        });
  }

  private refuse(name: string, expected: string): void {
    this.problems.push({ code: 'QUESTIONNAIRE_SHAPE', details: { place: `${this.place}.${name}`, expected } });
  }

  private read(name: string): unknown {
    return Object.hasOwn(this.source, name) ? this.source[name] : undefined;
  }

  string(name: string, otherwise: string): string {
    return this.optionalString(name) ?? otherwise;
  }

  optionalString(name: string): string | null {
    const value = this.read(name);
    if (value === undefined || typeof value === 'string') return value ?? null;
    this.refuse(name, '"…"');
    return null;
  }

  flag(name: string): boolean {
    const value = this.read(name);
    if (value !== undefined && typeof value !== 'boolean') this.refuse(name, 'true / false');
    return value === true;
  }

  whole<T extends number | null>(name: string, otherwise: T): number | T {
    const value = this.read(name);
    if (value === undefined) return otherwise;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    this.refuse(name, '0, 1, 2 …');
    return otherwise;
  }

  list(name: string): readonly unknown[] {
    const value = this.read(name);
    if (value === undefined || Array.isArray(value)) return value ?? [];
    this.refuse(name, '[ … ]');
    return [];
  }

  /** One word or a list of words out of a fixed set. */
  words<T extends string>(name: string, allowed: readonly T[]): T[] {
    const value = this.read(name);
    const given: readonly unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
    const found = allowed.filter((word) => given.includes(word));
    if (found.length < new Set(given).size) this.refuse(name, allowed.join(' / '));
    return found;
  }

  /**
   * A text in both languages: `{ "default": 中文, "en": … }`, where `default` is the Chinese. Without English the Chinese
   * stands in for it, and the linter says so.
   */
  text(name: string): Text {
    return this.optionalText(name) ?? this.missing(name);
  }

  optionalText(name: string): Text | null {
    const value = this.read(name);
    if (value === undefined) return null;
    const texts: Properties = isRecord(value) ? value : { default: value };
    const zh = texts.default ?? texts['zh-cn'];
    if (typeof zh !== 'string' || zh.trim() === '') return this.missing(name);
    const en = texts.en ?? zh;
    if (typeof en !== 'string') this.refuse(`${name}.en`, '"…"');
    const piped = /\{[^}]*\}/.exec(`${zh} ${en}`);
    if (piped)
      this.problems.push({
        code: 'QUESTIONNAIRE_PIPING',
        details: { place: `${this.place}.${name}`, text: piped[0].slice(0, 60) },
      });
    return { zh, en: typeof en === 'string' && en.trim() !== '' ? en : zh };
  }

  private missing(name: string): Text {
    this.problems.push({ code: 'QUESTIONNAIRE_TEXT', details: { place: `${this.place}.${name}` } });
    return { zh: '', en: '' };
  }
}
