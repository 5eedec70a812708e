import { parseArgs } from 'node:util';
import { machine, table } from './measure/report.ts';
import { disagreement, equalParts } from './summary/boundaries.ts';
import { type Extract, lead, ours, textRank } from './summary/contenders.ts';
import { readCorpus, type Transcript } from './summary/corpus.ts';
import { recallOfPairs, rouge, wordsOf } from './summary/rouge.ts';

// Summaries without a model beside two others, what the longest one takes, and how well calls to a model overlap.

const PARTS = { corpus: reportCorpus };
const { values, positionals } = parseArgs({
  options: { each: { type: 'boolean', default: false } },
  allowPositionals: true,
});
console.log(machine());
for (const [name, report] of Object.entries(PARTS)) {
  if (positionals.length === 0 || positionals.includes(name)) await report();
}
process.exit(0);

async function reportCorpus(): Promise<void> {
  const corpus = await readCorpus();
  const contenders: Record<string, (transcript: Transcript, words: number) => Extract> = {
    Destila: (transcript) => ours(transcript),
    'ts-textrank': textRank,
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
