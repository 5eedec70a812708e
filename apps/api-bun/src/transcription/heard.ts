import type { Recognized } from './recognizer.ts';
import { spokenText } from './spoken-text.ts';

type HeardSegment = Recognized['segments'][number];

/**
 * What a recogniser says it heard, as a transcript may hold it: within the stretch of sound, in order of time, and
 * nothing but words. `durationSeconds` is the stretch's own.
 */
export function tidySegments(segments: readonly HeardSegment[], durationSeconds: number): HeardSegment[] {
  const within = (seconds: number) => Math.min(Math.max(seconds, 0), durationSeconds);
  return segments
    .map((segment) => ({ ...segment, start: within(segment.start), text: spokenText(segment.text) }))
    .map((segment) => ({ ...segment, end: Math.max(segment.start, within(segment.end)) }))
    .filter(({ text }) => text !== '')
    .sort((a, b) => a.start - b.start);
}

const SENTENCES = new Intl.Segmenter(undefined, { granularity: 'sentence' });

/** Text without times: its sentences share the stretch, each by its length. */
export function spreadText(
  text: string,
  durationSeconds: number,
): Required<Pick<Recognized, 'segments' | 'timesGuessed'>> {
  const sentences = [...SENTENCES.segment(text)].map(({ segment }) => spokenText(segment)).filter(Boolean);
  const secondsPerCharacter = durationSeconds / Math.max(1, sentences.join('').length);
  let said = 0;
  const segments = sentences.map((sentence) => {
    const start = said * secondsPerCharacter;
    said += sentence.length;
    return { start, end: said * secondsPerCharacter, text: sentence };
  });
  return { segments, timesGuessed: true };
}
