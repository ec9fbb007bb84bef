import sharp, { type Sharp } from 'sharp';
import { AppError } from '../core/errors.ts';

/** What staff may attach: photos and scans. */
export type AttachmentType = 'image/jpeg' | 'image/png' | 'image/webp' | 'application/pdf';

export interface CleanFile {
  readonly type: AttachmentType;
  readonly bytes: Uint8Array;
  /** Null for what has no picture of its own. */
  readonly thumbnail: Uint8Array | null;
}

/** The longer side in pixels: enough to read a banner on a photo, a tenth of what phones make. */
const LARGEST = 2560;
const THUMBNAIL = 320;
/** A picture that claims more is a bomb: 100 megapixels is beyond any phone of the field. */
const MOST_PIXELS = 100_000_000;

sharp.cache(false);

/** What a file is, by its content; its name says nothing. */
export function sniffType(bytes: Uint8Array): AttachmentType | null {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'image/webp';
  return head.startsWith('%PDF-') ? 'application/pdf' : null;
}

/**
 * Makes a photo fit to be kept: upright, no larger than needed, written anew so that nothing but the picture is in it.
 * `keepDetails` keeps what the camera noted, the position among it. A PDF is kept as it is when it is whole.
 */
export async function cleanFile(
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  { keepDetails }: { readonly keepDetails: boolean },
): Promise<CleanFile> {
  const type = sniffType(bytes);
  if (type === null) throw new AppError('ATTACHMENT_TYPE', { file: name });
  if (type === 'application/pdf') {
    const tail = Buffer.from(bytes.subarray(-2048)).toString('latin1');
    if (!tail.includes('%%EOF')) throw new AppError('ATTACHMENT_DAMAGED', { file: name });
    return { type, bytes, thumbnail: null };
  }
  return inTurn(async () => {
    try {
      const open = () =>
        sharp(bytes, { failOn: 'error', limitInputPixels: MOST_PIXELS, pages: 1 })
          .autoOrient()
          .timeout({ seconds: 30 });
      const large = open().resize({ width: LARGEST, height: LARGEST, fit: 'inside', withoutEnlargement: true });
      if (keepDetails) large.keepExif();
      const encoded = await encode(large, type).toBuffer();
      const thumbnail = await open()
        .resize({ width: THUMBNAIL, height: THUMBNAIL, fit: 'cover' })
        .webp({ quality: 70 })
        .toBuffer();
      return { type, bytes: encoded, thumbnail };
    } catch (error) {
      const tooMany = error instanceof Error && /pixel limit/.test(error.message);
      throw new AppError(tooMany ? 'ATTACHMENT_PIXELS' : 'ATTACHMENT_DAMAGED', { file: name, most: MOST_PIXELS / 1e6 });
    }
  });
}

function encode(image: Sharp, type: Exclude<AttachmentType, 'application/pdf'>): Sharp {
  if (type === 'image/png') return image.png({ compressionLevel: 9 });
  return type === 'image/webp' ? image.webp({ quality: 82 }) : image.jpeg({ quality: 82, mozjpeg: true });
}

/** One picture at a time: unpacked they are large, and the survey has the machine first. */
let last: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work, work);
  last = turn.catch(() => {});
  return turn;
}
