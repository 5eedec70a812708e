import type { Segment } from '@destila/contracts';
import { divide, type Section } from './chapters.ts';
import { type CitedChapter, clockOf, type Notes } from './citations.ts';
import { capitalised, nameChapters } from './headings.ts';
import { distinctPhrases, findKeyPhrases } from './key-phrases.ts';
import { labelsIn } from './labels.ts';
import { lexiconOf } from './lexicon/lexicon.ts';
import { chooseQuotes } from './quotes.ts';
import { weighSentences } from './sentence-weights.ts';
import { splitSentences } from './sentences.ts';
import type { Source, Summary } from './summary.ts';
import { contentTerms, type Word, wordReader } from './terms.ts';

const MOST_TAGS = 6;

/** A summary of the video's own sentences, with their times: see `extractNotes`. */
export function summarizeByExtraction(source: Source, prompt: string | null, labelLanguage: string): Summary {
  return summaryOf(extractNotes(source, prompt, labelLanguage), source.segments);
}

export function summaryOf(notes: Notes, segments: Segment[]): Summary {
  const clock = clockOf(segments);
  return {
    title: notes.title,
    overview: [],
    key_points: notes.key_points.map(clock.point),
    chapters: clock.chapters(notes.chapters),
    tags: notes.tags,
    action_items: [],
    quotes: [],
  };
}

/**
 * The sentences that hold most of what each part and the whole is about, and the lines they stand in. Takes no model and
 * gives the same for the same words.
 * @param prompt what the person wants to know; sentences that speak of it are preferred.
 * @param labelLanguage ISO 639-1, of the words that are not the video's.
 */
export function extractNotes(source: Source, prompt: string | null, labelLanguage: string): Notes {
  const lexicon = lexiconOf(source.language);
  const readWords = wordReader(source.language, lexicon);
  const sentences = splitSentences(source.segments, source.language, lexicon);
  const words = sentences.map(({ text }) => readWords(text));
  const wordsOf = ({ index }: { index: number }): Word[] => words[index] ?? [];

  const sections = divide(sentences, (sentence) => contentTerms(wordsOf(sentence)), source.chapters, lexicon);
  const phrases = findKeyPhrases(
    sections.map((section) => section.sentences.map(wordsOf)),
    lexicon,
  );
  const promptTerms = prompt === null ? [] : contentTerms(readWords(prompt));
  const { keyQuotes, sectionQuotes } = chooseQuotes(weighSentences({ sections, wordsOf, promptTerms, lexicon }));

  const labels = labelsIn(labelLanguage);
  const names = nameChapters(phrases, sections.length, labels.and);
  const tags = distinctPhrases(phrases, MOST_TAGS).map(({ text }) => text);
  return {
    title: source.title ?? capitalised(tags[0] ?? labels.untitled),
    overview: [],
    key_points: keyQuotes,
    chapters: sections.map(
      (section, n): CitedChapter => ({
        title: section.title ?? names[n] ?? labels.part(n + 1),
        first: firstLine(section),
        points: sectionQuotes[n] ?? [],
      }),
    ),
    tags,
    action_items: [],
    quotes: [],
  };
}

function firstLine({ sentences }: Section): number {
  return sentences[0]?.first ?? 0;
}
