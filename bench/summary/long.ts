import type { Segment } from '@destila/contracts';
import type { Transcript } from './corpus.ts';

/**
 * A transcript of so many seconds: the others one after another, again and again, each time with the words of four letters
 * and more put in the place of others, so that every round speaks of something else and none is a repetition.
 */
export function lengthen(transcripts: readonly Transcript[], seconds: number): Segment[] {
  const vocabulary = [...new Set(transcripts.flatMap(({ segments }) => segments.flatMap(({ text }) => wordsIn(text))))];
  const places = new Map(vocabulary.map((word, place) => [word, place]));
  const segments: Segment[] = [];
  let begin = 0;
  for (let round = 0; begin < seconds; round++) {
    const other = (word: string) => vocabulary[((places.get(word) ?? 0) + round * 97) % vocabulary.length] ?? word;
    for (const { segments: own } of transcripts) {
      for (const { text, start, end } of own) {
        const changed = text.replace(LONG_WORD, other);
        segments.push({ id: segments.length, start: begin + start, end: begin + end, text: changed });
      }
      begin = (segments.at(-1)?.end ?? begin) + 1;
    }
  }
  return segments.filter(({ start }) => start < seconds);
}

const LONG_WORD = /(?<!\p{L})\p{Ll}{4,}/gu;

function wordsIn(text: string): string[] {
  return text.match(LONG_WORD) ?? [];
}
