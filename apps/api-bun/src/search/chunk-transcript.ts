import type { Chapter, Segment } from '@destila/contracts';
import { ENOUGH_CHARACTERS, MOST_CHARACTERS, type Passage } from './passage.ts';
import { SENTENCE_END, sentencesOf } from './sentences.ts';

/** A sentence, or the part of one that a segment holds, with the space behind it: what seems a sentence's end may be inside of a word. */
interface Piece {
  text: string;
  start: number;
  end: number;
}

/** Seconds without a word from which on a passage ends: what stands in one is taken to be spoken evenly. */
const SILENCE = 20;

/** The transcript in passages that end with a sentence where there is one, at every chapter's end and in long silences. No word is left out. */
export function chunkTranscript(segments: readonly Segment[], chapters: readonly Chapter[]): Passage[] {
  const inOrder = chapters.toSorted((a, b) => a.start - b.start);
  const passages: Passage[] = [];
  let pieces: Piece[] = [];
  let chapter: Chapter | undefined;

  const close = () => {
    const [first, last] = [pieces[0], pieces.at(-1)];
    if (first && last) {
      passages.push({
        heading: chapter?.title ?? null,
        text: joined(pieces),
        startSeconds: first.start,
        endSeconds: Math.max(first.start, last.end),
      });
    }
    pieces = [];
  };

  for (const segment of segments) {
    const here = inOrder.findLast((candidate) => candidate.start <= segment.start);
    const isSilent = segment.start - (pieces.at(-1)?.end ?? segment.start) >= SILENCE;
    if (here !== chapter || isSilent) close();
    chapter = here;
    for (const piece of piecesOf(segment)) {
      if (joined([...pieces, piece]).length > MOST_CHARACTERS) close();
      pieces.push(piece);
      if (joined(pieces).length >= ENOUGH_CHARACTERS && SENTENCE_END.test(piece.text)) close();
    }
  }
  close();
  return passages;
}

/** Speech runs evenly enough that a sentence inside a segment begins where its share of the letters does. */
function piecesOf(segment: Segment): Piece[] {
  const perCharacter = Math.max(0, segment.end - segment.start) / Math.max(1, segment.text.length);
  let spoken = 0;
  return sentencesOf(`${segment.text} `, MOST_CHARACTERS).flatMap((sentence) => {
    const start = segment.start + spoken * perCharacter;
    spoken += sentence.length;
    const text = sentence.replaceAll(/\s+/g, ' ');
    return text.trim() === ''
      ? []
      : [{ text, start, end: Math.min(segment.end, segment.start + spoken * perCharacter) }];
  });
}

function joined(pieces: readonly Piece[]): string {
  return pieces
    .map(({ text }) => text)
    .join('')
    .trim();
}
