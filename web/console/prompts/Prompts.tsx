import { useId, useState } from 'react';
import { errorSentence } from '../../../src/core/errors.ts';
import { LANGS } from '../../../src/core/text.ts';
import { formatCount } from '../../shared/format.ts';
import { speak } from '../../shared/wording.ts';
import { useAddress } from '../address.ts';
import { useSpeech, useStaff } from '../context.tsx';
import { Dialog } from '../parts/confirm.tsx';
import { downloadText, writeCsv } from '../parts/copy.tsx';
import { CheckField, SelectField } from '../parts/fields.tsx';
import { Empty, ErrorNote, Loaded, Note } from '../parts/page.tsx';
import { Facts } from '../parts/table.tsx';
import { problemsOf } from '../parts/upload.tsx';
import { useRemote, useTask } from '../remote.ts';
import { getPrompts, type PromptUpload, type PromptView, removePrompt, type Script, sendPrompts } from './calls.ts';
import './prompts.css';
import { PROMPT_WORDS } from './wording.ts';

function usePromptSpeech() {
  const speech = useSpeech();
  return { ...speech, tell: speak(PROMPT_WORDS, speech.lang) };
}

/** What the keypad calls of a version say, and the recordings of it. */
export function PromptsTab({ survey, version }: { survey: string; version: number }) {
  const { tell, lang: page } = usePromptSpeech();
  const { may } = useStaff();
  const address = useAddress();
  const lang = LANGS.find((one) => one === address.get('spoken')) ?? 'zh';
  const script: Script = { survey, version, lang };
  const remote = useRemote(`prompts ${survey} ${version} ${lang}`, () => getPrompts(script));
  const [onlySpoken, setOnlySpoken] = useState(false);
  const [removing, setRemoving] = useState<PromptView | null>(null);
  const [done, setDone] = useState<readonly PromptUpload[] | null>(null);
  const send = useTask(async (files: readonly File[], key: string | null) => {
    setDone(null);
    setDone((await sendPrompts(script, files, key)).uploads);
    remote.reload();
  });
  /** What is shown, for whoever speaks it: the name of each file and its words. */
  const listOf = (listed: readonly PromptView[]): string =>
    writeCsv([[tell('fileName'), tell('words')], ...listed.map(({ key, words }) => [`${key}.wav`, words])]);
  const mayChange = may('survey.publish');
  const upload = mayChange ? { busy: send.busy, run: send.run } : null;
  return (
    <>
      <h2 className="visually-hidden">{tell('prompts')}</h2>
      <p className="prompt-lead hint">{tell('lead')}</p>
      <div className="table-tools">
        <SelectField
          label={tell('lang')}
          value={lang}
          onChange={(value) => {
            setDone(null);
            send.clear();
            address.set({ spoken: value });
          }}
          options={LANGS.map((one) => [one, tell(one)])}
        />
      </div>
      {upload ? <UploadMany key={lang} upload={upload} /> : null}
      <ErrorNote error={send.error}>
        <ul>
          {problemsOf(send.error).map((problem) => (
            <li key={JSON.stringify(problem)}>{errorSentence(problem, page)}</li>
          ))}
        </ul>
      </ErrorNote>
      {done ? <Done uploads={done} /> : null}
      <Loaded remote={remote} lines={12}>
        {({ prompts }) => {
          const listed = onlySpoken ? prompts.filter(({ recording }) => recording === null) : prompts;
          return (
            <>
              <Summary prompts={prompts} />
              <div className="prompt-tools">
                <CheckField label={tell('onlySpoken')} checked={onlySpoken} onChange={setOnlySpoken} />
                <button
                  type="button"
                  className="button"
                  onClick={() => downloadText(`${survey}-${lang}.csv`, listOf(listed))}
                >
                  {tell('download')}
                </button>
              </div>
              {listed.length === 0 ? (
                <Empty title={tell('noneLeft')} />
              ) : (
                <ul className="prompt-list">
                  {listed.map((prompt) => (
                    <Prompt key={prompt.words} prompt={prompt} upload={upload} remove={setRemoving} />
                  ))}
                </ul>
              )}
            </>
          );
        }}
      </Loaded>
      {removing ? <RemoveDialog prompt={removing} reload={remote.reload} onClose={() => setRemoving(null)} /> : null}
    </>
  );
}

function Summary({ prompts }: { prompts: readonly PromptView[] }) {
  const { tell } = usePromptSpeech();
  const recorded = prompts.filter(({ recording }) => recording !== null && !recording.isMissing);
  const missing = prompts.filter(({ recording }) => recording?.isMissing).length;
  const seconds = Math.round(recorded.reduce((sum, { recording }) => sum + (recording?.ms ?? 0), 0) / 1000);
  return (
    <>
      <Facts
        facts={[
          [
            tell('recorded'),
            `${tell('recordedOf', { recorded: recorded.length, total: prompts.length })}${seconds > 0 ? ` · ${tell('seconds', { seconds: formatCount(seconds) })}` : ''}`,
          ],
          [tell('spoken'), tell('spokenCount', { count: prompts.length - recorded.length })],
        ]}
      />
      {missing > 0 ? (
        <Note kind="warning">
          <p>{tell('missing', { count: missing })}</p>
        </Note>
      ) : null}
    </>
  );
}

function Done({ uploads }: { uploads: readonly PromptUpload[] }) {
  const { tell } = usePromptSpeech();
  const count = (result: PromptUpload['result']): number => uploads.filter((one) => one.result === result).length;
  return (
    <Note kind="done">
      <p>{tell('done', { added: count('new'), replaced: count('replaced'), same: count('same') })}</p>
    </Note>
  );
}

interface Upload {
  readonly busy: boolean;
  readonly run: (files: readonly File[], key: string | null) => Promise<void>;
}

function UploadMany({ upload }: { upload: Upload }) {
  const { tell, say } = usePromptSpeech();
  const id = useId();
  const [files, setFiles] = useState<readonly File[]>([]);
  return (
    <details className="prompt-upload">
      <summary>{tell('uploadMany')}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void upload.run(files, null);
        }}
      >
        <div className="field">
          <label htmlFor={id}>{tell('files')}</label>
          <p className="hint" id={`${id}-hint`}>
            {tell('uploadManyHint')}
          </p>
          <input
            id={id}
            type="file"
            multiple
            accept=".wav,audio/wav"
            aria-describedby={`${id}-hint`}
            onChange={(event) => setFiles([...(event.target.files ?? [])])}
          />
        </div>
        <div className="buttons">
          <button type="submit" className="button button-main" disabled={upload.busy || files.length === 0}>
            {upload.busy
              ? say('working')
              : files.length > 1
                ? tell('sendCount', { count: files.length })
                : tell('send')}
          </button>
        </div>
      </form>
    </details>
  );
}

function Prompt(props: { prompt: PromptView; upload: Upload | null; remove: (prompt: PromptView) => void }) {
  const { prompt, upload, remove } = props;
  const { tell, lang } = usePromptSpeech();
  const { key, words, alsoAt, recording } = prompt;
  return (
    <li>
      <div>
        <p>{words}</p>
        <p className="under">
          <code>{key}</code>
          {alsoAt.length > 0 ? ` · ${tell('alsoAt', { places: alsoAt.join(lang === 'zh' ? '、' : ', ') })}` : ''}
        </p>
      </div>
      <div className="prompt-sound">
        {recording === null ? (
          <span className="muted">{tell('spoken')}</span>
        ) : recording.isMissing ? (
          <span className="field-error">{tell('fileGone')}</span>
        ) : (
          <>
            <audio controls preload="none" src={recording.path} aria-label={tell('playOf', { words })}>
              <track kind="captions" />
            </audio>
            <span className="under">{tell('seconds', { seconds: (recording.ms / 1000).toFixed(1) })}</span>
          </>
        )}
        {upload ? (
          <span className="row-actions">
            <label className="link prompt-file">
              <input
                type="file"
                className="visually-hidden"
                accept=".wav,audio/wav"
                disabled={upload.busy}
                aria-label={tell(recording ? 'replaceOf' : 'uploadOf', { words })}
                onChange={(event) => {
                  const [file] = event.target.files ?? [];
                  event.target.value = '';
                  if (file) void upload.run([file], key);
                }}
              />
              {tell(recording ? 'replace' : 'send')}
            </label>
            {recording ? (
              <button type="button" className="link" onClick={() => remove(prompt)}>
                {tell('remove')}
              </button>
            ) : null}
          </span>
        ) : null}
      </div>
    </li>
  );
}

function RemoveDialog({ prompt, reload, onClose }: { prompt: PromptView; reload: () => void; onClose: () => void }) {
  const { tell, say } = usePromptSpeech();
  const task = useTask(async () => {
    if (prompt.recording) await removePrompt(prompt.recording.id);
    reload();
    onClose();
  });
  return (
    <Dialog title={tell('removeTitle')} onClose={onClose}>
      <p>
        <strong>{prompt.words}</strong>
      </p>
      <p>{tell('removeBody')}</p>
      <ErrorNote error={task.error} />
      <div className="buttons">
        <button type="button" className="button button-main" disabled={task.busy} onClick={() => void task.run()}>
          {task.busy ? say('working') : tell('remove')}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {say('cancel')}
        </button>
      </div>
    </Dialog>
  );
}
