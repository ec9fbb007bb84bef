import { SaxesParser } from 'saxes';
import { AppError } from '../core/errors.ts';
import { type Archive, damaged } from './zip.ts';

type Attributes = Readonly<Record<string, string>>;

/** What a reader wants to hear of an XML part. Names come without their namespace prefix. */
export interface XmlEvents {
  open(name: string, attributes: Attributes): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** A tag or text longer than this is no spreadsheet; it bounds what the parser holds back. */
const MAX_SILENCE = 8 * 1024 * 1024;

/**
 * Feeds a part of an archive to the events, and yields the bytes read so far after each chunk, so that the caller can
 * take away what has gathered. Malformed XML and damaged bytes are one error; a document's own entities are not expanded.
 */
export async function* readXml(archive: Archive, path: string, events: XmlEvents): AsyncGenerator<number> {
  let silence = 0;
  let done = 0;
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on('opentag', (tag) => {
    silence = 0;
    events.open(localName(tag.name), tag.attributes);
  });
  parser.on('closetag', (tag) => {
    silence = 0;
    events.close?.(localName(tag.name));
  });
  parser.on('text', (text) => events.text?.(text));
  parser.on('cdata', (text) => events.text?.(text));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of archive.read(path)) {
      parser.write(decoder.decode(chunk, { stream: true }));
      silence += chunk.byteLength;
      if (silence > MAX_SILENCE) throw damaged(archive.file, path);
      done += chunk.byteLength;
      yield done;
    }
    parser.write(decoder.decode()).close();
  } catch (error) {
    throw error instanceof AppError ? error : damaged(archive.file, path);
  }
  yield done;
}

/** Feeds a whole part, for the small ones. */
export async function readWholeXml(archive: Archive, path: string, events: XmlEvents): Promise<void> {
  for await (const _ of readXml(archive, path, events));
}

/** An attribute in some namespace, whatever its prefix: `r:id`, `rel:id`; a bare `id` is another attribute. */
export function findPrefixed(attributes: Attributes, name: string): string | undefined {
  return Object.entries(attributes).find(([full]) => full.endsWith(`:${name}`))?.[1];
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}
