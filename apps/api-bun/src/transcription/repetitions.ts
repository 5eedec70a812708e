/** Times in a row that a segment, or a few segments in turn, must be said to be an engine that has lost its way. */
const SEGMENT_LOOP = { longestPeriod: 4, isLoop: (_period: number, times: number) => times >= 3 };
/** People do say a word three times, and laugh. */
const WORD_LOOP = { longestPeriod: 12, isLoop: (period: number, times: number) => times >= 4 && period * times >= 8 };

/**
 * Leaves one of what a recogniser says over and over, as Whisper does over music and noise: of segments, and of words
 * within a segment. `repeated` counts what is gone.
 */
export function withoutRepetitions<Segment extends { text: string }>(
  segments: Segment[],
): { segments: Segment[]; repeated: number } {
  let repeated = 0;
  const unlooped = segments.map((segment) => {
    const { text, removed } = withoutLoops(segment.text);
    repeated += removed;
    return removed === 0 ? segment : { ...segment, text };
  });
  const keys = unlooped.map(({ text }) => comparable(text));
  const kept: Segment[] = [];
  for (const run of runsOf(keys, SEGMENT_LOOP)) {
    kept.push(...unlooped.slice(run.start, run.start + run.period));
    repeated += run.times - 1;
  }
  return { segments: kept, repeated };
}

function comparable(text: string): string {
  return wordsOf(text)
    .map(({ key }) => key)
    .join(' ');
}

function withoutLoops(text: string): { text: string; removed: number } {
  const words = wordsOf(text);
  const keys = words.map(({ key }) => key);
  let kept = '';
  let removed = 0;
  for (const run of runsOf(keys, WORD_LOOP)) {
    const from = run.start === 0 ? 0 : words[run.start]?.at;
    kept += text.slice(from, words[run.start + run.period]?.at);
    removed += run.times - 1;
  }
  return removed === 0 ? { text, removed } : { text: kept.trim(), removed };
}

const WORDS = new Intl.Segmenter('und', { granularity: 'word' });

/** Words with their places; also of scripts that write no spaces. */
function wordsOf(text: string): { key: string; at: number }[] {
  return [...WORDS.segment(text)]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment, index }) => ({ key: segment.toLowerCase(), at: index }));
}

interface Run {
  start: number;
  /** Items that are kept. */
  period: number;
  /** How often they come in a row. */
  times: number;
}

interface Loop {
  longestPeriod: number;
  isLoop(period: number, times: number): boolean;
}

/** All items as runs: a loop, or one item alone. A loop that is broken off by the end goes to the end. */
function runsOf(keys: string[], loop: Loop): Run[] {
  const runs: Run[] = [];
  let start = 0;
  while (start < keys.length) {
    const { period, length } = loopAt(keys, start, loop) ?? { period: 1, length: 1 };
    runs.push({ start, period, times: Math.floor(length / period) });
    start += length;
  }
  return runs;
}

function loopAt(keys: string[], start: number, { longestPeriod, isLoop }: Loop) {
  for (let period = 1; period <= longestPeriod; period++) {
    let length = period;
    while (start + length < keys.length && keys[start + length] === keys[start + length - period]) length++;
    const times = Math.floor(length / period);
    if (isLoop(period, times)) {
      return { period, length: start + length === keys.length ? length : times * period };
    }
  }
  return null;
}
