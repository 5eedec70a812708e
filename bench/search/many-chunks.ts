import { createHash } from 'node:crypto';
import type { ChunkRow } from '../../apps/api-bun/src/database/search-chunks.ts';

/** Numbers of a vector: as many as the offline model gives. */
export const DIMENSION = 512;
/** Real vectors of text lie in far fewer directions than they have numbers. */
const DIRECTIONS = 32;
const VOCABULARY = 40_000;
const WORDS_OF_A_CHUNK = 150;
const EVERYWHERE = 'de la que el en y a los se del las un por con no una su para es al lo como más o pero'.split(' ');
const SYLLABLES = 'ma re to li ca son pe du vi ga no fra ti lo be qui zu ra mi co dor sal ben ter'.split(' ');

/** The same sequence in every run: mulberry32. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Note {
  chunks: ChunkRow[];
  vectors: number[][];
  /** Words that this note says more than others do. */
  topic: string[];
  /** A vector that asks for something near to one of its passages. */
  question: number[];
}

/** Notes as a library has them: words as frequent as in a language, each note about something, vectors that follow it. */
export function createNotes(random: () => number) {
  const vocabulary = Array.from({ length: VOCABULARY }, () => {
    const syllables = Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(SYLLABLES));
    return syllables.join('');
  });
  const axes = Array.from({ length: DIRECTIONS }, () => Array.from({ length: DIMENSION }, normal));

  function pick<T>(list: readonly T[]): T {
    const one = list[Math.floor(random() * list.length)];
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  }
  function normal(): number {
    return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  }
  /** Zipf: the n-th word is said 1/n as often as the first. */
  function word(topic: readonly string[]): string {
    const chance = random();
    if (chance < 0.4) return pick(EVERYWHERE);
    if (chance < 0.6) return pick(topic);
    return vocabulary[Math.floor(VOCABULARY ** random()) - 1] ?? pick(topic);
  }
  function near(point: readonly number[], spread: number): number[] {
    return point.map((at) => at + spread * normal());
  }
  function vector(point: readonly number[]): number[] {
    const sum = Array.from({ length: DIMENSION }, () => 0.3 * normal());
    for (const [axis, at] of point.entries()) {
      for (const [index, part] of axes[axis]?.entries() ?? []) sum[index] = (sum[index] ?? 0) + at * part;
    }
    const length = Math.hypot(...sum);
    return sum.map((part) => Math.round((part / length) * 1e5) / 1e5);
  }

  return (chunkCount: number, title: string): Note => {
    const topic = Array.from({ length: 120 }, () => pick(vocabulary));
    const centre = Array.from({ length: DIRECTIONS }, normal);
    const points = Array.from({ length: chunkCount }, () => near(centre, 0.6));
    const chunks = points.map((_, position) => {
      const text = Array.from({ length: WORDS_OF_A_CHUNK }, () => word(topic)).join(' ');
      const hash = createHash('sha256').update(text).digest('hex');
      const times = { startSeconds: position * 60, endSeconds: position * 60 + 60 };
      return {
        position,
        title,
        channel: `Canal ${title.length}`,
        heading: pick(topic),
        text,
        ...times,
        language: 'es',
        hash,
      };
    });
    return { chunks, vectors: points.map(vector), topic, question: vector(near(pick(points), 0.3)) };
  };
}
