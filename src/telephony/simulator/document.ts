import { SaxesParser } from 'saxes';

/** One verb of a document, with what stands in it. */
export interface Verb {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Verb[];
}

/** A document that the network cannot use, with the code that a carrier gives it. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const SPEECH = ['Say', 'Play', 'Pause'];
/** Every verb we play, and what may stand in it. */
const VERBS: Readonly<Record<string, readonly string[]>> = {
  Say: [],
  Play: [],
  Pause: [],
  Gather: SPEECH,
  Redirect: [],
  Hangup: [],
  Reject: [],
  Dial: ['Number', 'Client', 'Conference'],
  Record: [],
};

/**
 * Reads a document.
 * @throws DocumentError 12100 for bad XML, 12200 for a verb or nesting that nobody knows
 */
export function readDocument(body: string): readonly Verb[] {
  const root: OpenVerb = { name: '', attributes: {}, text: '', children: [] };
  const open: OpenVerb[] = [root];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    open.push({ name, attributes: { ...attributes }, text: '', children: [] });
  });
  parser.on('text', (text) => {
    const inner = open.at(-1);
    if (inner) inner.text += text;
  });
  parser.on('closetag', () => {
    const verb = open.pop();
    if (verb) open.at(-1)?.children.push(verb);
  });
  try {
    parser.write(body).close();
  } catch (error) {
    throw new DocumentError(12_100, error instanceof Error ? error.message : 'bad XML');
  }
  const [response] = root.children;
  if (response?.name !== 'Response') throw new DocumentError(12_100, 'the document is no Response');
  for (const verb of response.children) {
    const inside = VERBS[verb.name];
    if (!inside) throw new DocumentError(12_200, `unknown verb ${verb.name}`);
    const wrong = verb.children.find(({ name }) => !inside.includes(name));
    if (wrong) throw new DocumentError(12_200, `${wrong.name} cannot stand in ${verb.name}`);
  }
  return response.children;
}

interface OpenVerb extends Verb {
  text: string;
  readonly children: Verb[];
}

/** How long a sentence takes to say: about four and a half Chinese syllables a second, fifteen letters of English. */
export function speechMs(text: string): number {
  const syllables = text.match(/\p{Script=Han}|\d/gu)?.length ?? 0;
  const letters = text.match(/[A-Za-z]/g)?.length ?? 0;
  return Math.round(300 + syllables * 220 + letters * 65);
}

/** How long dialled tones take: a digit a fifth of a second, `w` half a second of silence, `W` a whole one. */
export function tonesMs(digits: string): number {
  return [...digits].reduce((sum, one) => sum + (one === 'w' ? 500 : one === 'W' ? 1000 : 200), 0);
}

export function secondsOf({ attributes }: Verb, key: string, otherwise: number): number {
  const seconds = Number(attributes[key] ?? otherwise);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : otherwise;
}
