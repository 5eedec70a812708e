import { resolve } from 'node:path';
import type { Segment } from '@destila/contracts';

const FOLDER = resolve(import.meta.dir, '../../../../tests/fixtures/transcripts');
const WORDS_PER_SECOND = 2.5;
const WORDS_PER_SEGMENT = 9;

export type TranscriptName = 'es-short' | 'es-long' | 'en-short' | 'en-long';

export function readTranscript(name: TranscriptName): Promise<string> {
  return Bun.file(resolve(FOLDER, `${name}.txt`)).text();
}

/** Speech as captions cut it: a few words each, wherever sentences begin or end. */
export function asSegments(text: string): Segment[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const count = Math.ceil(words.length / WORDS_PER_SEGMENT);
  return Array.from({ length: count }, (_, id) => {
    const own = words.slice(id * WORDS_PER_SEGMENT, (id + 1) * WORDS_PER_SEGMENT);
    const start = (id * WORDS_PER_SEGMENT) / WORDS_PER_SECOND;
    return { id, start, end: start + own.length / WORDS_PER_SECOND, text: own.join(' ') };
  });
}

/** What a machine writes that knows no punctuation. */
export function withoutPunctuation(text: string): string {
  return text.replace(/[^\p{L}\p{N}\s'-]/gu, '').toLowerCase();
}
