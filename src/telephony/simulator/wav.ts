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
