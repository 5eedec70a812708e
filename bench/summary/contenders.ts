import {
  AbsoluteSummarizerConfig,
  DefaultTextParser,
  NullLogger,
  SorensenDiceSimilarity,
  Summarizer,
  Text,
  type Word,
} from 'ts-textrank';
import { summarizeByExtraction } from '../../apps/api-bun/src/summarization/extractive.ts';
import { lexiconOf } from '../../apps/api-bun/src/summarization/lexicon/lexicon.ts';
import { splitSentences } from '../../apps/api-bun/src/summarization/sentences.ts';
import type { Transcript } from './corpus.ts';
import { wordsOf } from './rouge.ts';

/** What a way of summarising takes of a transcript, in order of time. */
export interface Extract {
  quotes: string[];
  /** Seconds at which its chapters begin; none if it makes none. */
  chapters: number[];
}

export function ours({ segments, language }: Transcript): Extract {
  const summary = summarizeByExtraction({ title: null, chapters: [], segments, language }, null, language);
  const points = [...summary.key_points, ...summary.chapters.flatMap((chapter) => chapter.points)];
  const ordered = points.toSorted((a, b) => (a.start_seconds ?? 0) - (b.start_seconds ?? 0));
  return { quotes: ordered.map(({ text }) => text), chapters: summary.chapters.map(({ start }) => start) };
}

/** The first sentences, as many words of them as the other extract has. */
export function lead(transcript: Transcript, words: number): Extract {
  const sentences = sentencesOf(transcript);
  return { quotes: within(sentences, words), chapters: [] };
}

/** The longest sentences, as many words of them: what is worth keeping tends to be said at length. */
export function longest(transcript: Transcript, words: number): Extract {
  const sentences = sentencesOf(transcript);
  const kept = new Set(
    within(
      sentences.toSorted((a, b) => wordsOf(b).length - wordsOf(a).length),
      words,
    ),
  );
  return { quotes: sentences.filter((sentence) => kept.has(sentence)), chapters: [] };
}

/** The sentences that `ts-textrank` puts first, as many words of them; it is given the sentences that we cut, one a line. */
export function textRank(transcript: Transcript, words: number): Extract {
  const text = sentencesOf(transcript).join('\n');
  const ranked = rank(text, transcript.language);
  const quotes = within(ranked, words).toSorted((a, b) => text.indexOf(a) - text.indexOf(b));
  return { quotes, chapters: [] };
}

function sentencesOf({ segments, language }: Transcript): string[] {
  return splitSentences(segments, language, lexiconOf(language)).map(({ text }) => text);
}

function within(sentences: readonly string[], most: number): string[] {
  let words = 0;
  return sentences.filter((sentence) => {
    const fits = words < most;
    words += wordsOf(sentence).length;
    return fits;
  });
}

function rank(text: string, language: string): string[] {
  const [all, damping] = [Number.MAX_SAFE_INTEGER, 0.85];
  const [likeness, parser] = [new SorensenDiceSimilarity(), new LinkedSentences()];
  const config = new AbsoluteSummarizerConfig(all, likeness, parser, damping, Summarizer.SORT_SCORE);
  return new Summarizer(config, new NullLogger()).summarize(text, language);
}

/** Only sentences that share a word with another: one that does not makes every score NaN. */
class LinkedSentences extends DefaultTextParser {
  override parse(raw: string, language: string): Text {
    const { sentences } = super.parse(raw, language);
    const counts = new Map<string, number>();
    const normalized = (words: Word[]) => new Set(words.map((word) => word.normalized));
    for (const { words } of sentences) for (const one of normalized(words)) counts.set(one, (counts.get(one) ?? 0) + 1);
    const linked = sentences.filter(({ words }) => [...normalized(words)].some((word) => (counts.get(word) ?? 0) > 1));
    return new Text(raw, linked);
  }
}
