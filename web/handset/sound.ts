/** What the page lets one hear: sentences, recordings and the tones of a telephone, one after the other. */
export interface Sound {
  isOn: boolean;
  say(text: string, lang: string, ms: number): void;
  play(url: string): void;
  /** A key's two tones. */
  touch(key: string): void;
  beep(): void;
  /** Rings, is rung at or is busy, until the next sound or silence. */
  repeat(tone: 'ring' | 'ringback' | 'busy'): void;
  hush(): void;
  /** Whether this browser can read a language aloud. */
  speaks(lang: string): boolean;
}

/** Rows and columns of the keypad, in hertz. */
const ROWS = [697, 770, 852, 941] as const;
const COLUMNS = [1209, 1336, 1477] as const;
const KEYS = '123456789*0#';
/** China's tones: one pitch, in seconds on and off. */
const CADENCES = {
  ring: { pitches: [440, 480], on: 1, off: 3, times: 15 },
  ringback: { pitches: [450], on: 1, off: 4, times: 12 },
  busy: { pitches: [450], on: 0.35, off: 0.35, times: 6 },
} as const;

export function createSound(): Sound {
  const voice = 'speechSynthesis' in window ? window.speechSynthesis : null;
  let context: AudioContext | null = null;
  let tones: OscillatorNode[] = [];
  /** What waits to be heard; each tells when it is over, and can be stopped. */
  let queue: ((done: () => void) => () => void)[] = [];
  let stop: (() => void) | null = null;

  function next(): void {
    if (stop !== null) return;
    const begin = queue.shift();
    if (!begin) return;
    let isOver = false;
    const end = begin(() => {
      if (isOver) return;
      isOver = true;
      stop = null;
      next();
    });
    if (!isOver)
      stop = () => {
        isOver = true;
        end();
      };
  }

  function enqueue(begin: (done: () => void) => () => void): void {
    if (!sound.isOn) return;
    silence();
    queue.push(begin);
    next();
  }

  function silence(): void {
    for (const tone of tones) tone.stop();
    tones = [];
  }

  function tone(pitches: readonly number[], from: number, seconds: number): void {
    if (!sound.isOn) return;
    context ??= new AudioContext();
    // Before anybody has touched the page a browser plays nothing.
    if (context.state === 'suspended') void context.resume();
    const volume = context.createGain();
    volume.gain.value = 0.06;
    volume.connect(context.destination);
    for (const pitch of pitches) {
      const oscillator = context.createOscillator();
      oscillator.frequency.value = pitch;
      oscillator.connect(volume);
      oscillator.start(context.currentTime + from);
      oscillator.stop(context.currentTime + from + seconds);
      tones.push(oscillator);
    }
  }

  const sound: Sound = {
    isOn: true,
    speaks: (lang) => voice?.getVoices().some((one) => one.lang.replace('_', '-').startsWith(lang)) ?? false,
    say(text, lang, ms) {
      if (!voice || !sound.speaks(lang.slice(0, 2))) return;
      enqueue((done) => {
        const utterance = new SpeechSynthesisUtterance(text);
        utterance.lang = lang;
        utterance.onend = done;
        utterance.onerror = done;
        voice.speak(utterance);
        // Some voices never say that they are done.
        const patience = setTimeout(done, 2 * ms + 2000);
        return () => {
          clearTimeout(patience);
          voice.cancel();
        };
      });
    },
    play: (url) =>
      enqueue((done) => {
        const audio = new Audio(url);
        audio.onended = done;
        audio.onerror = done;
        audio.play().catch(done);
        return () => audio.pause();
      }),
    touch(key) {
      const at = KEYS.indexOf(key);
      const [row, column] = [ROWS[Math.floor(at / 3)], COLUMNS[at % 3]];
      if (row !== undefined && column !== undefined) tone([row, column], 0, 0.15);
    },
    beep: () => tone([1000], 0, 0.2),
    repeat(name) {
      silence();
      const { pitches, on, off, times } = CADENCES[name];
      for (let time = 0; time < times; time++) tone(pitches, time * (on + off), on);
    },
    hush() {
      queue = [];
      stop?.();
      stop = null;
      silence();
    },
  };
  return sound;
}
