import { useEffect, useId, useRef, useState } from 'react';
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
  const { tell } = useLedgerSpeech();
  const id = useId();
  const [refused, setRefused] = useState<string | null>(null);
  function take(files: readonly File[]): void {
    const wrong = files.find(({ type }) => !TYPES.includes(type));
    const large = files.find(({ size }) => size > MOST_BYTES);
    if (wrong) setRefused(tell('photoType', { name: wrong.name }));
    else if (large) setRefused(tell('photoLarge', { name: large.name, size: (large.size / MB).toFixed(1) }));
    else {
      setRefused(null);
      props.onChange([...props.photos, ...files]);
    }
  }
  return (
    <div className={refused ? 'field field-wrong' : 'field'}>
      <label htmlFor={id}>
        {props.label}
        <span className="muted">（{tell('optional')}）</span>
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
