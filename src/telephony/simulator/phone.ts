/** What a network tells a phone, whoever holds it: a persona of the simulation or a person at the page. */
export interface Phone {
  /** It rings. The one called answers, declines, or lets it ring. */
  ring(line: Line): void;
  /** It stopped ringing, nobody took the call. */
  missed?(line: { readonly sid: string }): void;
  /** Why messages do not arrive here, in the carrier's code; null: they do. */
  refuses?(): number | null;
  /** A message came. */
  read?(message: { readonly from: string; readonly body: string }): void;
}

export interface Line {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  answer(listener: Listener): void;
  /** The one called does not take the call: busy, no such number, rejected, by the final code of the signalling. */
  refuse(sip: number): void;
  /** Presses a key. One that is kept down is still one digit; the silence after it begins when it is let go. */
  press(key: string, heldMs?: number): void;
  /** Speaks; whoever is connected hears it. */
  say(text: string): void;
  hangUp(): void;
}

/** What is heard on an answered line. */
export interface Listener {
  /** A sentence or a recording begins. */
  hear(heard: Heard): void;
  /** Keys count from now on, prompts may still play for `promptMs`. */
  listen(gather: Listening): void;
  /** Keys count no more. */
  heardOut?(): void;
  /** The prompts were cut short by a key. */
  hush?(): void;
  /** Connected with somebody: now two people talk. */
  talk?(): void;
  /** Somebody on the line says something. */
  voice?(said: { readonly from: string; readonly text: string }): void;
  /** Somebody comes to the conversation, or leaves it. */
  beep?(): void;
  /** The network could not use what it was answered, and says so in its own words. Nobody on a telephone knows why. */
  fault?(code: number): void;
  /** How long this phone speaks by itself when it is answered; a machine's greeting is long. */
  readonly speechMs?: number;
  ended(): void;
}

export interface Heard {
  readonly text: string;
  readonly lang: string;
  /** The address of the recording that plays. */
  readonly audio: string | null;
  readonly ms: number;
  /** Keys that are dialled to the one who listens. */
  readonly tones?: string;
}

export interface Listening {
  /** All that was said since keys counted last, this gather's prompts included. */
  readonly text: string;
  readonly promptMs: number;
  readonly timeoutMs: number;
  readonly numDigits: number;
  readonly finishOnKey: string;
}
