import { describe, expect, it } from 'vitest';
import { readWav } from '../../src/core/wav-file.ts';
import { speechWav } from '../support/speech.ts';

const text = (words: string, length = 100): Uint8Array => Buffer.concat([Buffer.from(words), Buffer.alloc(length)]);

describe('a WAV file', () => {
  it.each([
    [8000, 8, 1],
    [8000, 16, 1],
    [16_000, 16, 1],
    [44_100, 16, 2],
    [48_000, 16, 2],
  ])('of %i Hz, %i bits and %i channels is taken, with its length', (rate, bits, channels) => {
    expect(readWav(speechWav({ rate, bits, channels, ms: 2340 }))).toEqual({
      sound: { ms: 2340, rate, bits, channels },
    });
  });

  it('may have parts that we do not know before its sound', () => {
    const wav = Buffer.from(speechWav());
    const list = Buffer.concat([
      Buffer.from('LIST'),
      Buffer.from([5, 0, 0, 0]),
      Buffer.from('INFOx'),
      Buffer.from([0]),
    ]);
    const whole = Buffer.concat([wav.subarray(0, 36), list, wav.subarray(36)]);
    expect(readWav(whole)).toMatchObject({ sound: { ms: 1500 } });
  });

  it.each([
    [{ bits: 24 }, '24-bit'],
    [{ rate: 96_000 }, '96 kHz'],
    [{ rate: 6000 }, '6 kHz'],
    [{ channels: 6 }, '6 channels'],
    [{ codec: 3 }, 'WAV float'],
    [{ codec: 7 }, 'WAV µ-law'],
    [{ codec: 85 }, 'WAV MP3'],
  ])('of another format (%o) is refused by its name', (change, found) => {
    expect(readWav(speechWav(change))).toEqual({ fault: 'format', found });
  });

  it('that breaks off is damaged, wherever it does', () => {
    const wav = speechWav();
    for (const length of [13, 30, 40, 44, 100, wav.byteLength - 1])
      expect(readWav(wav.subarray(0, length))).toMatchObject({ fault: 'damaged' });
  });

  it('without a sound in it is silent', () => {
    expect(readWav(speechWav({ loudness: 0 }))).toMatchObject({ fault: 'silent' });
    expect(readWav(speechWav({ loudness: 0.001 }))).toMatchObject({ fault: 'silent' });
    expect(readWav(speechWav({ loudness: 0, bits: 8 }))).toMatchObject({ fault: 'silent' });
    expect(readWav(speechWav({ ms: 0 }))).toMatchObject({ fault: 'silent' });
  });

  it('is what it begins with, not what it is called', () => {
    expect(readWav(text('ID3\u0003'))).toEqual({ fault: 'type', found: 'MP3 / AAC' });
    expect(readWav(Buffer.from([0xff, 0xfb, 0x90, 0, ...Buffer.alloc(60)]))).toMatchObject({ found: 'MP3 / AAC' });
    expect(readWav(text('....ftypM4A '))).toMatchObject({ found: 'M4A / MP4' });
    expect(readWav(text('OggS'))).toMatchObject({ found: 'OGG' });
    expect(readWav(text('fLaC'))).toMatchObject({ found: 'FLAC' });
    expect(readWav(text('#!AMR\n'))).toMatchObject({ found: 'AMR' });
    expect(readWav(text('PK'))).toMatchObject({ found: 'ZIP' });
    expect(readWav(text('hello'))).toEqual({ fault: 'type', found: '?' });
    expect(readWav(new Uint8Array())).toEqual({ fault: 'type', found: '0 B' });
  });
});
