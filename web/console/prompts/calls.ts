import type { PromptsView, PromptUpload } from '../../../src/services/prompts.ts';
import { request } from '../../shared/api.ts';
import { at, query } from '../calls.ts';

export type { PromptsView, PromptUpload, PromptView } from '../../../src/services/prompts.ts';

export interface Script {
  readonly survey: string;
  readonly version: number;
  readonly lang: string;
}

const prompts = ({ survey, version, lang }: Script): string =>
  `/api/surveys/${at(survey)}/prompts${query({ version: String(version), lang })}`;

export const getPrompts = (script: Script): Promise<PromptsView> => request('GET', prompts(script));

/** Several files by their names, or one for the sentence `key`. */
export function sendPrompts(
  script: Script,
  files: readonly File[],
  key: string | null = null,
): Promise<{ uploads: readonly PromptUpload[] }> {
  const form = new FormData();
  for (const file of files) form.append('file', file);
  if (key !== null) form.set('key', key);
  return request('POST', prompts(script), form);
}

export const removePrompt = (id: string): Promise<unknown> => request('DELETE', `/api/prompts/${at(id)}`);
