import { SNIPPET_MARK } from '@destila/contracts';
import { lastMomentIn } from './moment.ts';
import { sentencesOf } from './sentences.ts';

/** Characters: what three lines of a result hold. */
const ENOUGH = 240;
const LONGEST_SENTENCE = 320;

export interface Snippet {
  text: string;
  /** Where in the passage it begins, from 0 to 1. */
  at: number;
  /** Seconds: what the passage, of a note, names last up to the end of the line in which it begins. */
  moment: number | null;
}

const MARKS = new RegExp(`[${SNIPPET_MARK.open}${SNIPPET_MARK.close}]`, 'g');
/** A word that is marked twice is marked. */
const REPEATED = new RegExp(`([${SNIPPET_MARK.open}${SNIPPET_MARK.close}])\\1+`, 'g');
const MARKED = new RegExp(`${SNIPPET_MARK.open}([^${SNIPPET_MARK.close}]*)${SNIPPET_MARK.close}`, 'g');

/**
 * The sentence of a passage that answers best, and what follows it: the one with most of the marked words, or where none is
 * marked, the one most alike to the question in its letters.
 */
export function makeSnippet(passage: string, question: string): Snippet {
  const marked = markedOnce(passage);
  const sentences = sentencesOf(marked, LONGEST_SENTENCE);
  const scores = sentences.map((sentence) => markedWords(sentence) + likeness(plain(sentence), question));
  const first = scores.indexOf(Math.max(...scores));
  let text = sentences[first] ?? '';
  let next = first + 1;
  for (; next < sentences.length && plain(text).length < ENOUGH; next++) text += sentences[next];
  const all = plain(marked);
  const before = plain(sentences.slice(0, first).join('')).length;
  const lineEnd = all.indexOf('\n', before);
  return {
    text: `${first > 0 ? '… ' : ''}${text.trim()}${next < sentences.length ? ' …' : ''}`,
    at: before / Math.max(1, all.length),
    moment: lastMomentIn(lineEnd < 0 ? all : all.slice(0, lineEnd)),
  };
}

/** A text whose words were marked in several of their forms. */
export function markedOnce(text: string): string {
  return text.replaceAll(REPEATED, '$1');
}

function markedWords(sentence: string): number {
  return new Set([...sentence.matchAll(MARKED)].map(([, word = '']) => word.toLowerCase())).size;
}

function plain(text: string): string {
  return text.replaceAll(MARKS, '');
}

/** Below 1: the share of three-letter pieces that two texts have in common (Dice). */
function likeness(one: string, other: string): number {
  const [a, b] = [piecesOf(one), piecesOf(other)];
  return (2 * a.intersection(b).size) / (a.size + b.size + 1);
}

function piecesOf(text: string): Set<string> {
  const words =
    text
      .normalize('NFD')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(
    words.flatMap((word) => Array.from({ length: word.length }, (_, at) => ` ${word} `.slice(at, at + 3))),
  );
}
