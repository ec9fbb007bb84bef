/** A WAV file of a loud tone, as a recording studio would hand it over; `change` makes it another format. */
export function speechWav(
  change: {
    readonly ms?: number;
    readonly rate?: number;
    readonly bits?: number;
    readonly channels?: number;
    readonly codec?: number;
    readonly loudness?: number;
    /** Makes the sound of another file. */
    readonly pitch?: number;
  } = {},
): Uint8Array<ArrayBuffer> {
  const { ms = 1500, rate = 16_000, bits = 16, channels = 1, codec = 1, loudness = 0.5, pitch = 440 } = change;
  const frames = Math.round((rate * ms) / 1000);
  const frame = (channels * bits) / 8;
  const bytes = new Uint8Array(44 + frames * frame);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from('RIFF'), 0);
  view.setUint32(4, bytes.byteLength - 8, true);
  bytes.set(Buffer.from('WAVEfmt '), 8);
  view.setUint32(16, 16, true);
  view.setUint16(20, codec, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * frame, true);
  view.setUint16(32, frame, true);
  view.setUint16(34, bits, true);
  bytes.set(Buffer.from('data'), 36);
  view.setUint32(40, frames * frame, true);
  for (let i = 0; i < frames * channels; i += 1) {
    const sample = loudness * Math.sin((2 * Math.PI * pitch * Math.floor(i / channels)) / rate);
    if (bits === 8) view.setUint8(44 + i, Math.round(128 + 127 * sample));
    else if (bits === 16) view.setInt16(44 + 2 * i, Math.round(32_767 * sample), true);
  }
  return bytes;
}
