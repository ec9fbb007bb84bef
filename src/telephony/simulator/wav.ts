/** A real sound file: a soft tone, once a second, as long as the call that it stands for. 8-bit PCM, 8 kHz, mono. */
export function toneWav(seconds: number): Uint8Array<ArrayBuffer> {
  const rate = 8000;
  const length = Math.max(1, Math.round(Math.min(seconds, 3600) * rate));
  const bytes = new Uint8Array(44 + length);
  const view = new DataView(bytes.buffer);
  const word = (at: number, text: string): void => {
    for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
  };
  word(0, 'RIFF');
  view.setUint32(4, 36 + length, true);
  word(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  word(36, 'data');
  view.setUint32(40, length, true);
  // The tone fits a whole number of times into a second, so every second is the first one again.
  const first = Math.min(length, rate);
  for (let index = 0; index < first; index++)
    bytes[44 + index] = index < rate / 4 ? 128 + Math.round(20 * Math.sin((2 * Math.PI * 440 * index) / rate)) : 128;
  for (let at = rate; at < length; at += rate) bytes.copyWithin(44 + at, 44, 44 + Math.min(rate, length - at));
  return bytes;
}

/** How long a WAV file plays, in milliseconds; null for what is none. */
export function wavMs(bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number): string =>
    at + 4 <= bytes.length ? String.fromCharCode(...bytes.subarray(at, at + 4)) : '';
  if (word(0) !== 'RIFF' || word(8) !== 'WAVE') return null;
  let bytesPerSecond = 0;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    if (word(at) === 'fmt ' && at + 20 <= bytes.length) bytesPerSecond = view.getUint32(at + 16, true);
    if (word(at) === 'data') {
      const length = Math.min(size, bytes.length - at - 8);
      return bytesPerSecond > 0 && length > 0 ? Math.round((length * 1000) / bytesPerSecond) : null;
    }
    // Chunks begin at even places.
    at += 8 + size + (size % 2);
  }
  return null;
}
