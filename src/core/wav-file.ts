/** What a recording of speech is. */
export interface WavSound {
  readonly ms: number;
  readonly rate: number;
  readonly bits: number;
  readonly channels: number;
}

export type WavFinding =
  | { readonly sound: WavSound; readonly fault?: undefined }
  /** `found` says what it is instead: `MP3`, `24-bit`, `96 kHz`. */
  | { readonly fault: 'type' | 'format' | 'damaged' | 'silent'; readonly found: string };

const PCM = 1;
const EXTENSIBLE = 0xfffe;
/** The share of the loudest possible that nobody hears on a telephone: a microphone that was off. */
const SILENCE = 0.005;

/**
 * Reads the head of a WAV file and listens whether there is anything in it. Only what every telephone carrier plays is
 * taken: PCM of 8 or 16 bits, one or two channels, 8 to 48 kHz, whole to its end.
 */
export function readWav(bytes: Uint8Array): WavFinding {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.byteLength < 12 || word(0) !== 'RIFF' || word(8) !== 'WAVE') return { fault: 'type', found: kindOf(bytes) };
  let format: Omit<WavSound, 'ms'> | null = null;
  for (let at = 12; at + 8 <= bytes.byteLength; ) {
    const length = view.getUint32(at + 4, true);
    const from = at + 8;
    if (word(at) === 'fmt ') {
      if (length < 16 || from + length > bytes.byteLength) return { fault: 'damaged', found: 'fmt' };
      const code = view.getUint16(from, true);
      const isPcm = code === PCM || (code === EXTENSIBLE && length >= 26 && view.getUint16(from + 24, true) === PCM);
      const read = { channels: view.getUint16(from + 2, true), rate: view.getUint32(from + 4, true) };
      const bits = view.getUint16(from + 14, true);
      const odd = isPcm ? oddityOf({ ...read, bits }) : `WAV ${nameCodec(code)}`;
      if (odd !== null) return { fault: 'format', found: odd };
      format = { ...read, bits };
    }
    if (word(at) === 'data') {
      if (format === null) return { fault: 'damaged', found: 'fmt' };
      if (from + length > bytes.byteLength) return { fault: 'damaged', found: `${bytes.byteLength - from}/${length}` };
      const frame = (format.channels * format.bits) / 8;
      const ms = Math.round((Math.floor(length / frame) / format.rate) * 1000);
      if (loudest(view, from, length, format.bits) < SILENCE) return { fault: 'silent', found: '' };
      return { sound: { ms, ...format } };
    }
    // Parts begin at even places.
    at = from + length + (length % 2);
  }
  return { fault: 'damaged', found: 'data' };
}

function oddityOf({ channels, rate, bits }: Omit<WavSound, 'ms'>): string | null {
  if (bits !== 8 && bits !== 16) return `${bits}-bit`;
  if (channels !== 1 && channels !== 2) return `${channels} channels`;
  return rate < 8000 || rate > 48_000 ? `${rate / 1000} kHz` : null;
}

function nameCodec(code: number): string {
  const known: Readonly<Record<number, string>> = { 2: 'ADPCM', 3: 'float', 6: 'A-law', 7: 'µ-law', 85: 'MP3' };
  return known[code] ?? `codec ${code}`;
}

/** The loudest sample as a share of the loudest possible. */
function loudest(view: DataView, from: number, length: number, bits: number): number {
  let peak = 0;
  if (bits === 8)
    for (let i = 0; i < length; i += 1) peak = Math.max(peak, Math.abs(view.getUint8(from + i) - 128) / 128);
  else for (let i = 0; i + 1 < length; i += 2) peak = Math.max(peak, Math.abs(view.getInt16(from + i, true)) / 32_768);
  return peak;
}

/** What a file is that is no WAV file, by its first bytes. */
function kindOf(bytes: Uint8Array): string {
  const begins = (...signs: readonly number[]): boolean => signs.every((sign, i) => bytes[i] === sign);
  const text = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  if (bytes.byteLength === 0) return '0 B';
  if (text(0, 3) === 'ID3' || (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe0) === 0xe0)) return 'MP3 / AAC';
  if (text(4, 8) === 'ftyp') return 'M4A / MP4';
  if (text(0, 4) === 'OggS') return 'OGG';
  if (text(0, 4) === 'fLaC') return 'FLAC';
  if (text(0, 5) === '#!AMR') return 'AMR';
  if (begins(0x50, 0x4b)) return 'ZIP';
  return '?';
}
