import type { Chapter, KeyPoint, Segment } from '@destila/contracts';
import type { ModelAnswer } from './model-answer.ts';
import { tidy, tidyParagraphs } from './model-text.ts';
import { countWords, type Heard, hear } from './verbatim.ts';

/** Something that is said, from the line `first` on to the line `last`: their ids. */
export interface Cited {
  text: string;
  first: number;
  last: number;
}

export interface CitedChapter {
  title: string;
  first: number;
  points: Cited[];
}

/** A summary of some lines, of which everything is known to stand in them. */
export interface Notes {
  title: string;
  overview: string[];
  chapters: CitedChapter[];
  key_points: Cited[];
  tags: string[];
  action_items: Cited[];
  quotes: Cited[];
}

/** What was left out of an answer. */
export interface Dropped {
  /** Lines cited that do not exist. */
  citations: number;
  /** Quotes that nobody said. */
  quotes: number;
}

export interface Grounded {
  notes: Notes;
  dropped: Dropped;
  /** All the lines cited, those that do not exist included. */
  citations: number;
}

/** Words. Less is no quote; more is no sentence. */
const QUOTE_LENGTH = { least: 3, most: 90 };

/**
 * An answer with nothing in it but what can be looked up: what cites lines that do not exist is left out and counted, as
 * are quotes that nobody said. A quote gets the transcript's own words and place.
 * @param lines those the model was shown, in order.
 */
export function ground(answer: ModelAnswer, lines: Segment[]): Grounded {
  const heard = hear(lines);
  const known = new Set(lines.map(({ id }) => id));
  const count = { known: 0, unknown: 0 };
  const check = (id: number): boolean => {
    const exists = known.has(id);
    count[exists ? 'known' : 'unknown']++;
    return exists;
  };
  const citedOf = (points: ModelAnswer['key_points']): Cited[] =>
    points
      .flatMap(({ text, first_line, last_line }) => cited(tidy(text, heard), first_line, last_line, check))
      .sort(byLine);

  const chapters = answer.chapters.flatMap(({ title, first_line, points }) => {
    const own = citedOf(points);
    const first = check(first_line) ? first_line : own[0]?.first;
    return first === undefined ? [] : [{ title: tidy(title, heard), first, points: own }];
  });
  const quotes = answer.quotes.map(({ text, line }) => verbatim(text, line, heard));
  const notes = {
    title: tidy(answer.title, heard),
    overview: tidyParagraphs(answer.overview, heard),
    chapters: inOrder(chapters),
    key_points: distinct(citedOf(answer.key_points)),
    tags: answer.tags.map((tag) => tidy(tag, heard)),
    action_items: distinct(citedOf(answer.action_items)),
    quotes: distinct(quotes.filter((quote) => quote !== null).sort(byLine)),
  };
  const dropped = { citations: count.unknown, quotes: quotes.filter((quote) => quote === null).length };
  return { notes, dropped, citations: count.known + count.unknown };
}

function cited(text: string, first: number, last: number, check: (id: number) => boolean): Cited[] {
  const [hasFirst, hasLast] = [check(first), check(last)];
  if (text === '' || !(hasFirst || hasLast)) return [];
  const from = hasFirst ? first : last;
  return [{ text, first: from, last: hasLast && last >= from ? last : from }];
}

function verbatim(text: string, line: number, heard: Heard): Cited | null {
  const words = countWords(text);
  if (words < QUOTE_LENGTH.least || words > QUOTE_LENGTH.most) return null;
  const found = heard.find(text, line);
  // What holds an address is an advertisement, and would become a link.
  return found && !/:\/\/|www\./i.test(found.text) ? found : null;
}

/** In order of time; chapters that begin with the same line are one, and one without a title goes to the one before it. */
function inOrder(chapters: CitedChapter[]): CitedChapter[] {
  const ordered: CitedChapter[] = [];
  for (const chapter of chapters.toSorted((a, b) => a.first - b.first)) {
    const before = ordered.at(-1);
    if (before && (before.first === chapter.first || chapter.title === '')) {
      before.points = [...before.points, ...chapter.points].sort(byLine);
      before.title ||= chapter.title;
    } else ordered.push({ ...chapter, points: [...chapter.points] });
  }
  return ordered.filter(({ title, points }) => title !== '' || points.length > 0);
}

export function pointsOf({ chapters, key_points }: Notes): Cited[] {
  return [...key_points, ...chapters.flatMap(({ points }) => points)];
}

export function byLine(a: Pick<Cited, 'first'>, b: Pick<Cited, 'first'>): number {
  return a.first - b.first;
}

/** Without those that say what one before them says. */
export function distinct(points: Cited[]): Cited[] {
  const seen = new Set<string>();
  return points.filter(({ text }) => {
    const likeness = text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
    return !seen.has(likeness) && seen.add(likeness);
  });
}

/** Times for lines. */
export interface Clock {
  point(cited: Cited): KeyPoint;
  /** With the seconds at which they end: where the next one begins. */
  chapters(chapters: CitedChapter[]): Array<Chapter & { points: KeyPoint[] }>;
}

/** @param segments the whole transcript. */
export function clockOf(segments: Segment[]): Clock {
  const starts = new Map(segments.map(({ id, start }) => [id, start]));
  const end = Math.max(0, ...segments.slice(-1).map((segment) => segment.end));
  const point = ({ text, first }: Cited) => ({ text, start_seconds: starts.get(first) ?? null });
  return {
    point,
    chapters: (chapters) =>
      chapters.map(({ title, first, points }, n) => {
        const start = starts.get(first) ?? 0;
        const next = chapters[n + 1];
        return {
          title,
          start,
          end: Math.max(start, next ? (starts.get(next.first) ?? end) : end),
          points: points.map(point),
        };
      }),
  };
}

/** Seconds. What one point says of a longer stretch than this is not taken to cover all of it. */
const LONGEST_STRETCH = 300;

/** The share of the transcript's time that is cited, 0–1; null for a transcript of no length. */
export function coverageOf(segments: Segment[], points: Place[]): number | null {
  const isCovered = citedLines(segments, points, LONGEST_STRETCH);
  const lengthOf = ({ start, end }: Segment) => Math.max(0, end - start);
  const all = segments.reduce((sum, segment) => sum + lengthOf(segment), 0);
  const covered = segments.reduce((sum, segment) => sum + (isCovered.has(segment.id) ? lengthOf(segment) : 0), 0);
  return all === 0 ? null : Math.min(1, covered / all);
}

type Place = Pick<Cited, 'first' | 'last'>;

/** The ids of the lines that some point cites, of each point those that begin within so many seconds. */
export function citedLines(
  segments: Segment[],
  points: Place[],
  longest = Number.POSITIVE_INFINITY,
): ReadonlySet<number> {
  const places = new Map(segments.map(({ id }, index) => [id, index]));
  const ids = new Set<number>();
  for (const { first, last } of points) {
    const from = places.get(first) ?? 0;
    const until = (segments[from]?.start ?? 0) + longest;
    for (const { id, start } of segments.slice(from, (places.get(last) ?? from) + 1)) if (start < until) ids.add(id);
  }
  return ids;
}

/** Seconds. Even a long video's points are closer to each other than this. */
const LONGEST_UNCITED = 300;

/** The stretches that are passed over: so long, and not one line of them is cited. */
export function uncitedStretches(lines: Segment[], isCited: ReadonlySet<number>): { start: number; end: number }[] {
  const stretches: { start: number; end: number }[] = [];
  let open: { start: number; end: number } | null = null;
  for (const { id, start, end } of lines) {
    if (isCited.has(id)) open = null;
    else if (open) open.end = end;
    else {
      open = { start, end };
      stretches.push(open);
    }
  }
  return stretches.filter(({ start, end }) => end - start >= LONGEST_UNCITED);
}
