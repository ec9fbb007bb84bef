import { useState } from 'react';
import { Link } from 'wouter';
import { useStaff } from '../context.tsx';
import { ErrorNote, Loaded } from '../parts/page.tsx';
import { useRemote, useTask } from '../remote.ts';
import { addAttachment, listAttachments, removeAttachment } from './calls.ts';
import { PhotoField } from './PhotoField.tsx';
import { useLedgerSpeech } from './speech.ts';
import type { OutputView } from './wire.ts';

/** The photos and scans of an entry; more can be added while it is open. */
export function Attachments({ output }: { output: OutputView }) {
  const { tell } = useLedgerSpeech();
  const { may } = useStaff();
  const remote = useRemote(`attachments ${output.id}`, () => listAttachments(output.id));
  const [photos, setPhotos] = useState<readonly File[]>([]);
  const adding = useTask(async () => {
    for (let left = photos; left[0]; left = left.slice(1)) {
      await addAttachment(output.id, left[0]);
      setPhotos(left.slice(1));
    }
    remote.reload();
  });
  const removing = useTask(async (id: string) => {
    await removeAttachment(id);
    remote.reload();
  });
  const isOpen = output.state === 'submitted' || output.state === 'returned' || output.state === 'accepted';
  return (
    <section className="block" aria-labelledby="photos">
      <h2 id="photos">{tell('photos')}</h2>
      <Loaded remote={remote} lines={2}>
        {({ attachments }) =>
          attachments.length === 0 ? (
            <p className="muted">{tell('noPhotos')}</p>
          ) : (
            <ul className="photos">
              {attachments.map((one) => (
                <li key={one.id}>
                  <a href={`/api/attachments/${one.id}`} target="_blank" rel="noreferrer">
                    {one.hasThumbnail ? (
                      <img src={`/api/attachments/${one.id}/thumbnail`} alt={one.name} loading="lazy" />
                    ) : (
                      one.name
                    )}
                  </a>
                  {one.alsoOn[0] ? (
                    <Link href={`/publicity/entries/${one.alsoOn[0]}`}>
                      {tell('photoAlsoOn', { n: one.alsoOn.length })}
                    </Link>
                  ) : null}
                  {one.keepsPosition ? <span className="muted">{tell('keepsPosition')}</span> : null}
                  {isOpen && may('output.write') ? (
                    <button
                      type="button"
                      className="button button-small"
                      disabled={removing.busy}
                      onClick={() => void removing.run(one.id)}
                    >
                      {tell('removePhoto')}
                    </button>
                  ) : null}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <ErrorNote error={removing.error} />
      {isOpen && may('output.write') ? (
        <div className="form add-photos">
          <PhotoField label={tell('addPhotos')} photos={photos} onChange={setPhotos} />
          <ErrorNote error={adding.error} />
          {photos.length > 0 ? (
            <button type="button" className="button" disabled={adding.busy} onClick={() => void adding.run()}>
              {adding.busy ? tell('working') : tell('sendPhotos', { n: photos.length })}
            </button>
          ) : null}
        </div>
      ) : null}
    </section>
  );
}
