import { divide, type Section } from './chapters.ts';
import { capitalised, nameChapters } from './headings.ts';
import { distinctPhrases, findKeyPhrases } from './key-phrases.ts';
import { labelsIn } from './labels.ts';
import { lexiconOf } from './lexicon/lexicon.ts';
import { chooseQuotes, type Quote } from './quotes.ts';
import { weighSentences } from './sentence-weights.ts';
import { splitSentences } from './sentences.ts';
import type { Source, Summary } from './summary.ts';
import { contentTerms, type Word, wordReader } from './terms.ts';

const MOST_TAGS = 6;

/**
 * A summary of the video's own sentences: those that hold most of what each part and the whole is about. Takes no model
 * and gives the same for the same words.
 * @param prompt what the person wants to know; sentences that speak of it are preferred.
 * @param labelLanguage ISO 639-1, of the words that are not the video's.
 */
export function summarizeByExtraction(source: Source, prompt: string | null, labelLanguage: string): Summary {
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
  const weighed = weighSentences({ sections, wordsOf, promptTerms, lexicon });
  const { keyQuotes, sectionQuotes } = chooseQuotes(weighed);

  const labels = labelsIn(labelLanguage);
  const names = nameChapters(phrases, sections.length, labels.and);
  const tags = distinctPhrases(phrases, MOST_TAGS).map(({ text }) => text);
  return {
    title: source.title ?? capitalised(tags[0] ?? labels.untitled),
    overview: [],
    key_points: keyQuotes.map(pointOf),
    chapters: sections.map((section, n) => ({
      title: section.title ?? names[n] ?? labels.part(n + 1),
      ...span(section, sections[n + 1]),
      points: (sectionQuotes[n] ?? []).map(pointOf),
    })),
    tags,
    action_items: [],
  };
}

function pointOf({ text, start }: Quote) {
  return { text, start_seconds: start };
}

function span(section: Section, next: Section | undefined): { start: number; end: number } {
  return { start: section.start, end: next?.start ?? section.sentences.at(-1)?.end ?? section.start };
}
