import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import type { Plan } from '../core/questionnaire/plan.ts';
import type { Lang, Text } from '../core/text.ts';
import { type PromptFile, sortPromptFiles } from '../interview/prompt-files.ts';
import { listPrompts, type PromptLine } from '../interview/prompt-list.ts';
import { NO_VOICE, type Voice } from '../interview/step.ts';
import type { Reader } from '../store/connection.ts';
import type { PromptRecordingRow } from '../store/prompts.ts';
import { type Actor, requirePermission, scopePath } from './actor.ts';
import { recordAudit } from './audit.ts';
import { CONSENT } from './campaigns.ts';
import type { Deps } from './deps.ts';
import { hashOf, keepFile } from './kept-files.ts';
import type { SurveyService } from './surveys.ts';

/** Other processes hear of a new recording after so long; until then they play the old one, which is kept for longer. */
const REMEMBER_MS = 5 * 60_000;
/** Longer than any call: whoever began with the old recording hears it to the end. */
const RETIRED_MS = 24 * 3_600_000;

/** Which version and language is recorded. */
export interface PromptScript {
  readonly survey: string;
  readonly version?: number | null | undefined;
  readonly lang: Lang;
}

export interface PromptView extends PromptLine {
  /** Null: a machine speaks it. */
  readonly recording:
    | (Pick<PromptRecordingRow, 'id' | 'ms' | 'bytes' | 'fileName' | 'createdAt'> & {
        /** Where the carrier, and whoever listens, finds it. */
        readonly path: string;
        /** Its file is gone: a machine speaks until it is uploaded again. */
        readonly isMissing: boolean;
      })
    | null;
}

export interface PromptsView {
  readonly survey: string;
  readonly version: number;
  readonly lang: Lang;
  readonly prompts: readonly PromptView[];
}

export interface PromptUpload {
  readonly file: string;
  readonly key: string;
  readonly words: string;
  readonly ms: number;
  readonly result: 'new' | 'replaced' | 'same';
}

/** Who calls, as it is said: who is responsible for the survey by its approval, else the place of the wave. */
export function callerOf({ approval }: Plan, otherwise: string): Text {
  const name = approval?.authority ?? otherwise;
  return { zh: name, en: name };
}

const pathOf = (hash: string): string => `/prompts/${hash}.wav`;

export type PromptService = ReturnType<typeof createPromptService>;

/**
 * Sentences of the keypad call that a person has recorded. They are found by their words: a new version of the
 * questionnaire takes over what it says unchanged, and what was worded anew is spoken by machine until it is recorded.
 */
export function createPromptService(
  deps: Deps & { readonly surveys: SurveyService; readonly dataDir: string; readonly baseUrl: () => string },
) {
  const { connection, stores, clock, newId, surveys, baseUrl } = deps;
  const folder = join(deps.dataDir, 'prompts');
  const fileOf = (hash: string): string => `${hash}.wav`;
  const voices = new Map<string, { readonly voice: Voice; readonly at: number }>();
  /** Files that were seen; they never change, and go only here. */
  const seen = new Set<string>();

  async function isThere(hash: string): Promise<boolean> {
    if (seen.has(hash)) return true;
    const found = await stat(join(folder, fileOf(hash))).catch(() => null);
    if (found?.isFile()) seen.add(hash);
    return found?.isFile() ?? false;
  }

  /** The recordings of a language by their words. */
  async function recordingsOf(db: Reader, surveyCode: string, lang: Lang): Promise<Map<string, PromptRecordingRow>> {
    const rows = await stores.prompts.listActive(db, surveyCode);
    return new Map(rows.filter((row) => row.lang === lang).map((row) => [row.words, row]));
  }

  async function loadVoice(db: Reader, surveyCode: string): Promise<Voice> {
    const rows = await stores.prompts.listActive(db, surveyCode);
    if (rows.length === 0) return NO_VOICE;
    const found = new Map<string, { readonly audio: string; readonly ms: number }>();
    for (const { lang, words, hash, ms } of rows)
      if (await isThere(hash)) found.set(`${lang} ${words}`, { audio: `${baseUrl()}${pathOf(hash)}`, ms });
    return { find: (words, lang) => found.get(`${lang} ${words}`) ?? null };
  }

  /** What is read for consent in the waves of a version that the actor sees. */
  async function consentTextsOf(db: Reader, actor: Actor, surveyVersionId: string): Promise<readonly Text[]> {
    const scope = scopePath(actor);
    const texts: Text[] = [];
    for (const wave of await stores.waves.list(db)) {
      if (wave.surveyVersionId !== surveyVersionId || wave.state === 'closed') continue;
      const path = (await stores.units.find(db, wave.rootUnit))?.path ?? '/';
      const campaign = await stores.campaigns.find(db, wave.id);
      if (campaign && (scope === null || path.startsWith(scope) || scope.startsWith(path)))
        texts.push(campaign.consentText);
    }
    return texts.length === 0 ? [CONSENT] : texts;
  }

  /** The script of a published version, as the calls of its waves say it. */
  async function scriptOf(db: Reader, actor: Actor, { survey, version = null, lang }: PromptScript) {
    const rows = (await stores.surveys.list(db)).filter((row) => row.surveyCode === survey);
    const row = version === null ? rows[0] : rows.find((one) => one.version === version);
    if (!row)
      throw new AppError('NOT_FOUND', { what: 'survey', id: version === null ? survey : `${survey}@${version}` });
    const { plan } = await surveys.compile(db, row.id);
    const consentTexts = await consentTextsOf(db, actor, row.id);
    const lines = listPrompts(plan, { caller: callerOf(plan.plan, ''), consentTexts }, lang);
    return { survey, version: row.version, lang, lines };
  }

  const unitOf = (actor: Actor): string | null => (actor.kind === 'staff' ? actor.unitCode : null);

  return {
    /** What is recorded of a survey, for the steps of a call. */
    async voiceOf(db: Reader, surveyCode: string): Promise<Voice> {
      const now = clock();
      const known = voices.get(surveyCode);
      if (known && known.at <= now && now < known.at + REMEMBER_MS) return known.voice;
      const voice = await loadVoice(db, surveyCode);
      voices.set(surveyCode, { voice, at: now });
      return voice;
    },

    /** Everything that calls of a version say in a language, with the recording where there is one. */
    async readPrompts(actor: Actor, script: PromptScript): Promise<PromptsView> {
      requirePermission(actor, 'survey.read');
      const db = connection.reader;
      const { survey, version, lang, lines } = await scriptOf(db, actor, script);
      const recordings = await recordingsOf(db, survey, lang);
      const prompts = await Promise.all(
        lines.map(async (line): Promise<PromptView> => {
          const row = recordings.get(line.words);
          if (!row) return { ...line, recording: null };
          const { id, ms, bytes, fileName, createdAt, hash } = row;
          const isMissing = !(await isThere(hash));
          return { ...line, recording: { id, ms, bytes, fileName, createdAt, path: pathOf(hash), isMissing } };
        }),
      );
      return { survey, version, lang, prompts };
    },

    /**
     * Takes recordings, each named as its sentence is (`awareness.1.wav`). One that is not right, and none is taken.
     * @param to the sentence of a single file, whatever its name
     */
    async uploadPrompts(
      actor: Actor,
      script: PromptScript,
      files: readonly PromptFile[],
      to: string | null = null,
    ): Promise<readonly PromptUpload[]> {
      requirePermission(actor, 'survey.publish');
      if (files.length === 0 || (to !== null && files.length !== 1))
        throw new AppError('INPUT_INVALID', { field: 'file', reason: 'WAV' });
      const { survey, lang, version, lines } = await scriptOf(connection.reader, actor, script);
      const named = files.map(({ name, bytes }) => ({ name: to === null ? name : `${to}.wav`, bytes }));
      const { sorted, problems } = sortPromptFiles(lines, named);
      if (problems.length > 0) throw new AppError('PROMPTS_REFUSED', { count: problems.length, problems });
      const hashed = sorted.map((file, i) => ({ ...file, own: files[i]?.name ?? file.name, hash: hashOf(file.bytes) }));
      for (const { hash, bytes } of hashed) await keepFile(folder, fileOf(hash), bytes, newId);
      const report = await connection.transaction(async (tx) => {
        const at = clock();
        const active = (await stores.prompts.listActive(tx, survey)).filter((row) => row.lang === lang);
        const done: PromptUpload[] = [];
        for (const { line, own, hash, ms, bytes } of hashed) {
          const { key, words } = line;
          const before = active.filter((row) => row.words === words);
          const isSame = before.some((row) => row.hash === hash);
          done.push({ file: own, key, words, ms, result: isSame ? 'same' : before.length > 0 ? 'replaced' : 'new' });
          if (isSame) continue;
          const retired = before.map(({ id }) => id);
          if (retired.length > 0) await stores.prompts.retire(tx, retired, at);
          await stores.prompts.insert(tx, {
            ...{ id: newId(), surveyCode: survey, lang, key, words, hash, ms, bytes: bytes.byteLength },
            ...{ fileName: own.slice(0, 200), createdAt: at, createdBy: actor.id, retiredAt: null },
          });
        }
        const keys = done.filter(({ result }) => result !== 'same').map(({ key }) => key);
        if (keys.length > 0)
          await recordAudit(deps, tx, actor, {
            ...{
              action: 'prompt.upload',
              objectType: 'survey',
              objectId: `${survey}@${version}`,
              unitCode: unitOf(actor),
            },
            details: { lang, keys },
          });
        return done;
      });
      voices.delete(survey);
      return report;
    },

    /** A sentence is spoken by machine again. Whoever is just hearing the recording hears it to its end. */
    async removePrompt(actor: Actor, id: string): Promise<void> {
      requirePermission(actor, 'survey.publish');
      const row = await stores.prompts.find(connection.reader, id);
      if (!row) throw new AppError('NOT_FOUND', { what: 'prompt', id });
      await connection.transaction(async (tx) => {
        if ((await stores.prompts.retire(tx, [id], clock())) === 0) return;
        await recordAudit(deps, tx, actor, {
          ...{ action: 'prompt.remove', objectType: 'survey', objectId: row.surveyCode, unitCode: unitOf(actor) },
          details: { lang: row.lang, keys: [row.key] },
        });
      });
      voices.delete(row.surveyCode);
    },

    /** The sound by its address; null when there is none. It is no secret: whoever is called hears it. */
    async openPrompt(hash: string): Promise<Uint8Array | null> {
      if (!/^[0-9a-f]{64}$/.test(hash)) return null;
      return readFile(join(folder, fileOf(hash))).catch(() => null);
    },

    /** Forgets what no call can be playing any more, and files that belong to nothing. Says how many files went. */
    async sweep(): Promise<number> {
      const before = clock() - RETIRED_MS;
      await connection.transaction((tx) => stores.prompts.forgetRetired(tx, before));
      let swept = 0;
      for (const name of await readdir(folder).catch(() => [])) {
        const hash = /^([0-9a-f]{64})\.wav$/.exec(name)?.[1];
        if (hash !== undefined && (await stores.prompts.isFileUsed(connection.reader, hash))) continue;
        const found = await stat(join(folder, name)).catch(() => null);
        // An upload writes its files before it notes them.
        if (found === null || found.mtimeMs > before) continue;
        await rm(join(folder, name), { force: true });
        if (hash !== undefined) seen.delete(hash);
        swept += 1;
      }
      return swept;
    },
  };
}
