import { useEffect, useId, useRef, useState } from 'react';
import { inBrackets } from '../../shared/format.ts';
import { useLedgerSpeech } from './speech.ts';

const TYPES = ['image/jpeg', 'image/png', 'image/webp', 'application/pdf'];
const MB = 1024 * 1024;
const MOST_BYTES = 20 * MB;

/** Photos and scans that go along with an entry. What the server would refuse is said before it is sent. */
export function PhotoField(props: {
  label: string;
  photos: readonly File[];
  onChange: (photos: readonly File[]) => void;
}) {
  const { tell, lang } = useLedgerSpeech();
  const id = useId();
  const [refused, setRefused] = useState('');
  function take(files: readonly File[]): void {
    const whyNot = ({ name, type, size }: File): string | null => {
      if (!TYPES.includes(type)) return tell('photoType', { name });
      return size > MOST_BYTES ? tell('photoLarge', { name, size: (size / MB).toFixed(1) }) : null;
    };
    // One that cannot go does not keep the others.
    setRefused(files.flatMap((file) => whyNot(file) ?? []).join(lang === 'zh' ? '' : ' '));
    const fit = files.filter((file) => whyNot(file) === null);
    if (fit.length > 0) props.onChange([...props.photos, ...fit]);
  }
  return (
    <div className={refused ? 'field field-wrong' : 'field'}>
      <label htmlFor={id}>
        {props.label}
        <span className="muted">{inBrackets(tell('optional'), lang)}</span>
      </label>
      <p className="hint" id={`${id}-hint`}>
        {tell('photosHint')}
      </p>
      <input
        id={id}
        type="file"
        multiple
        accept={TYPES.join(',')}
        aria-describedby={`${id}-hint`}
        onChange={({ target }) => {
          take([...(target.files ?? [])]);
          target.value = '';
        }}
      />
      {refused ? (
        <p className="field-error" role="alert">
          {refused}
        </p>
      ) : null}
      {props.photos.length > 0 ? (
        <ul className="photos">
          {props.photos.map((photo, index) => (
            <li key={`${photo.name} ${photo.lastModified} ${photo.size}`}>
              <Preview photo={photo} />
              <button
                type="button"
                className="button button-small"
                aria-label={tell('photoRemove', { name: photo.name })}
                onClick={() => props.onChange(props.photos.filter((_, i) => i !== index))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

const PREVIEW = 144;

/** Drawn on a canvas: the pages' policy shows no pictures from memory addresses. */
export function Preview({ photo }: { photo: File }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const [drawn, setDrawn] = useState(false);
  useEffect(() => {
    let wanted = true;
    const draw = (picture: ImageBitmap): void => {
      const canvas = ref.current;
      const scale = PREVIEW / Math.max(picture.width, picture.height);
      if (wanted && canvas) {
        canvas.width = Math.max(1, Math.round(picture.width * scale));
        canvas.height = Math.max(1, Math.round(picture.height * scale));
        canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
        setDrawn(true);
      }
      picture.close();
    };
    if (photo.type !== 'application/pdf' && 'createImageBitmap' in window) {
      window.createImageBitmap(photo).then(draw, () => undefined);
    }
    return () => {
      wanted = false;
    };
  }, [photo]);
  return (
    <>
      <canvas ref={ref} hidden={!drawn} />
      {drawn ? <span className="visually-hidden">{photo.name}</span> : <span>{photo.name}</span>}
    </>
  );
}
