import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The units of the demonstration: beside this file in development, beside the bundle once built. */
export function demoUnitsFile(): string {
  return find('ankang.csv', ['', 'demo']);
}

/** A questionnaire that comes with the product, with its indicators. */
export function readShippedSurvey(code: string): { readonly definition: unknown; readonly indicators: unknown } {
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(find(name, ['surveys', '../surveys', '../../surveys']), 'utf8'));
  return { definition: read(`${code}.json`), indicators: read(`${code}.indicators.json`) };
}

function find(name: string, folders: readonly string[]): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const file = folders.map((folder) => join(here, folder, name)).find((candidate) => existsSync(candidate));
  if (!file) throw new Error(`no ${name} beside ${here}`);
  return file;
}
