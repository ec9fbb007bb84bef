import { useState } from 'react';
import { PLATFORM_NAMES, PLATFORMS } from '../../../src/core/publicity/media-accounts.ts';
import { SelectField, TextField } from '../parts/fields.tsx';
import { useLedgerSpeech } from './speech.ts';
import type { MediaAccountView } from './wire.ts';

export type Named = Pick<MediaAccountView, 'platform' | 'name' | 'aliases'>;

/** What an account is called: new or changed. */
export function AccountForm(props: { start: Named; action: string; busy: boolean; onSubmit: (named: Named) => void }) {
  const { tell, pick } = useLedgerSpeech();
  const [platform, setPlatform] = useState(props.start.platform);
  const [name, setName] = useState(props.start.name);
  const [aliases, setAliases] = useState(props.start.aliases.join('、'));
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        const others = aliases.split(/[、，,;；]/).filter((one) => one.trim() !== '');
        props.onSubmit({ platform, name: name.trim(), aliases: others });
      }}
    >
      <TextField label={tell('accountName')} value={name} onChange={setName} />
      <SelectField
        label={tell('platform')}
        value={platform}
        onChange={(value) => setPlatform(PLATFORMS.find((one) => one === value) ?? 'other')}
        options={PLATFORMS.map((one) => [one, pick(PLATFORM_NAMES[one])] as const)}
      />
      <TextField
        label={tell('accountAliases')}
        hint={tell('accountAliasesHint')}
        optional
        value={aliases}
        onChange={setAliases}
      />
      <div className="buttons">
        <button type="submit" className="button button-main" disabled={props.busy}>
          {props.busy ? tell('working') : props.action}
        </button>
      </div>
    </form>
  );
}
