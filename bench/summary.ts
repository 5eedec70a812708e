import { parseArgs } from 'node:util';
import { machine, table } from './measure/report.ts';
import { median } from './measure/statistics.ts';
import { disagreement, equalParts } from './summary/boundaries.ts';
import { timeCalls } from './summary/calls.ts';
import { type Extract, lead, longest, ours, textRank } from './summary/contenders.ts';
import { readCorpus, type Transcript } from './summary/corpus.ts';
import { lengthen } from './summary/long.ts';
import { recallOfPairs, rouge, wordsOf } from './summary/rouge.ts';

// Summaries without a model beside two others, what the longest one takes, and how well calls to a model overlap.

const HOURS = 4;
const RUNS = 5;

const ANSWERS_AFTER = 2_000;

const PARTS = { long: reportLong, corpus: reportCorpus, calls: reportCalls };
const { values, positionals } = parseArgs({
  options: { each: { type: 'boolean', default: false } },
  allowPositionals: true,
});
console.log(machine());
for (const [name, report] of Object.entries(PARTS)) {
  if (positionals.length === 0 || positionals.includes(name)) await report();
}
process.exit(0);

/** The first run is that of a fresh process. */
async function reportLong(): Promise<void> {
  const spanish = (await readCorpus()).filter(({ language }) => language === 'es');
  const segments = lengthen(spanish, HOURS * 3600);
  const times: number[] = [];
  const before = process.resourceUsage().maxRSS;
  let points = 0;
  while (times.length < RUNS) {
    const started = performance.now();
    const { chapters, quotes } = ours({ name: '', language: 'es', segments, gold: [], chapters: [] });
    times.push(performance.now() - started);
    points = quotes.length;
    if (times.length === 1) console.log(`\n${segments.length} lines; ${chapters.length} chapters, ${points} points`);
  }
  const [first = Number.NaN, ...others] = times.map((time) => time / 1000);
  const memory = (process.resourceUsage().maxRSS - before) / 1024;
  print(
    `a transcript of ${HOURS} hours`,
    ['first, s', 'median of the others, s', 'memory taken at most, MB'],
    [[first.toFixed(2), median(others).toFixed(2), memory.toFixed(0)]],
  );
}

async function reportCorpus(): Promise<void> {
  const corpus = await readCorpus();
  const contenders: Record<string, (transcript: Transcript, words: number) => Extract> = {
    Destila: (transcript) => ours(transcript),
    'ts-textrank': textRank,
    'longest sentences': longest,
    'first sentences': lead,
  };
  const lengths = corpus.map((transcript) => wordsOf(ours(transcript).quotes.join(' ')).length);
  const rows = Object.entries(contenders).flatMap(([name, extract]) => {
    const scores = corpus.map((transcript, index) => judge(transcript, extract(transcript, lengths[index] ?? 0)));
    const each = values.each ? corpus.map((one, index) => row(`${name}: ${one.name}`, [scores[index] ?? []])) : [];
    return [...each, row(name, scores)];
  });
  const head = ['', 'words', 'ROUGE-1', 'ROUGE-2', 'ROUGE-L', 'key sentences', 'chapters', 'Pk'];
  print(`${corpus.length} transcripts, means`, head, rows);
}

async function reportCalls(): Promise<void> {
  const spanish = (await readCorpus()).filter(({ language }) => language === 'es');
  // The first summary loads the AI SDK, once a process.
  await timeCalls(lengthen(spanish, 900), 1, 0);
  const rows: string[][] = [];
  for (const [hours, parallel] of [
    [1, 3],
    [4, 1],
    [4, 3],
    [12, 3],
  ] as const) {
    const { parts, reductions, took, cpu, bound } = await timeCalls(
      lengthen(spanish, hours * 3600),
      parallel,
      ANSWERS_AFTER,
    );
    const seconds = [cpu, took, bound].map((milliseconds) => (milliseconds / 1000).toFixed(2));
    rows.push([`${hours}`, `${parallel}`, `${parts}`, reductions.join(' + '), ...seconds, (took / bound).toFixed(3)]);
  }
  const head = ['hours', 'calls at a time', 'parts', 'reductions', 'our CPU, s', 'took, s', 'bound, s', 'ratio'];
  print(`a model that takes ${ANSWERS_AFTER / 1000} s for every call`, head, rows);
}

/** Words, ROUGE, shares of key sentences and chapters that are quoted from, and where the chapters begin. */
function judge({ gold, chapters, segments }: Transcript, extract: Extract): number[] {
  const text = extract.quotes.join(' ');
  const { one, two, longest } = rouge(text, gold.join(' '));
  const found = gold.filter((sentence) => recallOfPairs(text, sentence) >= 0.5).length / gold.length;
  const seconds = segments.at(-1)?.end ?? 0;
  const starts = extract.chapters.length > 0 ? extract.chapters : equalParts(chapters.length, seconds);
  const visited = chapters.filter((start, n) => quotesFrom(segments, start, chapters[n + 1] ?? seconds, extract));
  return [
    wordsOf(text).length,
    one,
    two,
    longest,
    found,
    visited.length / chapters.length,
    disagreement(starts, chapters, seconds),
  ];
}

/** Whether some quote has at least half of its pairs of words from this stretch. */
function quotesFrom(segments: Transcript['segments'], from: number, to: number, { quotes }: Extract): boolean {
  const own = segments.filter(({ start }) => start >= from - 1 && start < to).map(({ text }) => text);
  return quotes.some((quote) => recallOfPairs(own.join(' '), quote) > 0.7);
}

function row(name: string, scores: number[][]): string[] {
  const columns = scores[0]?.map((_, column) => scores.reduce((sum, one) => sum + (one[column] ?? 0), 0)) ?? [];
  return [name, ...columns.map((sum, column) => (sum / scores.length).toFixed(column === 0 ? 0 : 3))];
}

function print(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`\n${title}\n\n${table(head, rows)}`);
}
