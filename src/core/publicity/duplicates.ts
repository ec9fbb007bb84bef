import { dayNumber } from '../period.ts';
import { likeness, MEDIA_LEVELS, type MediaLevel } from './kinds.ts';

/** What two entries are compared by. */
export interface Piece {
  readonly id: string;
  readonly unitCode: string;
  readonly kind: string;
  readonly inMedia: boolean;
  readonly title: string;
  /** First day, `YYYY-MM-DD`. */
  readonly date: string;
  readonly outlet: string;
  readonly place: string;
  /** Null when it is no number. */
  readonly value: number | null;
  /** Content hashes of its photos and scans. */
  readonly photos: readonly string[];
}

export const DUPLICATE_REASONS = ['same-title', 'same-photo', 'same-event'] as const;
export type DuplicateReason = (typeof DUPLICATE_REASONS)[number];

/** Two entries that may be one. A person decides; nothing is merged by itself. */
export interface Proposal {
  readonly a: string;
  readonly b: string;
  readonly reasons: readonly DuplicateReason[];
  /** How alike, 0..1, to show the likeliest first. It is no probability. */
  readonly score: number;
}

/** Titles closer than this are one piece; a report of another village's talk stays below it. */
const TITLE_LIKENESS = 0.86;
/** A repost comes within so many days of the first publication. */
const REPOST_DAYS = 30;
const SHORTEST_TITLE = 6;

/** What stays of a title when columns, marks of reposting, brackets and punctuation are taken off. */
export function normaliseTitle(title: string): string {
  return title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/^(【[^】]{0,20}】|\[[^\]]{0,20}\]|(转载|转发|图文|视频|快讯|关注|聚焦)\s*[|:丨])+/u, '')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Why two entries may be one, or null. Numbers in titles must agree: “第3期” is not “第4期”. */
export function comparePieces(a: Piece, b: Piece): Proposal | null {
  const reasons: DuplicateReason[] = [];
  let score = 0;
  if (a.inMedia && b.inMedia && Math.abs(dayNumber(a.date) - dayNumber(b.date)) <= REPOST_DAYS) {
    const [first, second] = [normaliseTitle(a.title), normaliseTitle(b.title)];
    const long = Math.min(first.length, second.length) >= SHORTEST_TITLE;
    const close = long ? likeness(first, second) : 0;
    if (close >= TITLE_LIKENESS && numbersOf(first) === numbersOf(second)) {
      reasons.push('same-title');
      score = Math.max(score, close - (a.outlet !== '' && a.outlet === b.outlet ? 0 : 0.02));
    }
  }
  if (a.photos.some((hash) => b.photos.includes(hash))) {
    reasons.push('same-photo');
    score = Math.max(score, 0.95);
  }
  // The same thing entered by the village, the town and the county: one kind, one day, one spot, one number.
  const sameSpot =
    a.kind === b.kind && a.date === b.date && a.place !== '' && normaliseTitle(a.place) === normaliseTitle(b.place);
  if (!a.inMedia && sameSpot && a.value !== null && a.value === b.value) {
    reasons.push('same-event');
    score = Math.max(score, normaliseTitle(a.title) === normaliseTitle(b.title) ? 0.99 : 0.9);
  }
  return reasons.length === 0 ? null : { a: a.id, b: b.id, reasons, score };
}

const numbersOf = (title: string): string =>
  (title.match(/\d+|[一二三四五六七八九十]+(?=[期季批次届场])/g) ?? []).join(',');

/**
 * All proposals among entries, the likeliest first. Entries meet only where they share a photo, a spot and day, or some
 * run of three characters of their titles, so that ten thousand entries are no hundred million comparisons.
 */
export function findDuplicates(pieces: readonly Piece[]): Proposal[] {
  const rooms = new Map<string, number[]>();
  pieces.forEach((piece, index) => {
    for (const key of keysOf(piece)) {
      const room = rooms.get(key);
      if (room) room.push(index);
      else rooms.set(key, [index]);
    }
  });
  const met = new Set<number>();
  const proposals: Proposal[] = [];
  for (const room of rooms.values()) {
    // A run of characters that everybody uses (扫黑除恶) tells nothing apart; the rarer ones of the same title do.
    if (room.length > 200) continue;
    for (const [at, i] of room.entries()) {
      for (const j of room.slice(at + 1)) {
        const pair = i * pieces.length + j;
        const [a, b] = [pieces[i], pieces[j]];
        if (met.has(pair) || !a || !b) continue;
        met.add(pair);
        const proposal = comparePieces(a, b);
        if (proposal) proposals.push(proposal);
      }
    }
  }
  return proposals.sort((x, y) => y.score - x.score || (x.a + x.b < y.a + y.b ? -1 : 1));
}

function keysOf(piece: Piece): Set<string> {
  const keys = new Set(piece.photos.map((hash) => `photo ${hash}`));
  if (piece.place !== '') keys.add(`spot ${piece.kind} ${piece.date} ${normaliseTitle(piece.place)}`);
  if (piece.inMedia) {
    const title = normaliseTitle(piece.title);
    for (let i = 0; i + 3 <= title.length; i += 1) keys.add(`title ${title.slice(i, i + 3)}`);
  }
  return keys;
}

/** Of a piece and its reposts, the level at which it counts: once, at the highest. */
export function highestLevel(levels: readonly (MediaLevel | null)[]): MediaLevel | null {
  return MEDIA_LEVELS.find((level) => levels.includes(level)) ?? null;
}
