import type { Section } from './chapters.ts';
import { capitalised } from './headings.ts';
import type { Lexicon } from './lexicon/lexicon.ts';
import { withoutFillers } from './lexicon/words.ts';
import type { Sentence } from './sentences.ts';
import { contentTerms, cosine, inverseFrequencies, sumOf, type TermVector, vectorOf, type Word } from './terms.ts';

/** A sentence that may be quoted, and how much it deserves it. */
export interface WeighedSentence extends Sentence {
  /** Without fillers before it, with a capital; a piece of text without punctuation between ellipses. */
  quote: string;
  vector: TermVector;
  weight: number;
}

interface Material {
  sections: Section[];
  wordsOf(sentence: Sentence): Word[];
  promptTerms: string[];
  lexicon: Lexicon;
}

/** Words of a quote: fewer say nothing, more are no point. */
const FEWEST_WORDS = 6;
const MOST_WORDS = 45;
const FEWEST_CONTENT_WORDS = 3;

/** For each section its sentences with their weight. What cannot stand alone is left out, where something else remains. */
export function weighSentences({ sections, wordsOf, promptTerms, lexicon }: Material): WeighedSentence[][] {
  const all = sections.flatMap(({ sentences }) => sentences);
  const weights = inverseFrequencies(all.map((sentence) => contentTerms(wordsOf(sentence))));
  const vectorFor = (sentence: Sentence) => vectorOf(contentTerms(wordsOf(sentence)), weights);
  const whole = sumOf(all.map(vectorFor));
  const punctuated = isPunctuated(all);
  const wanted = new Set(promptTerms.filter((term) => weights.has(term)));

  return sections.map(({ sentences }) => {
    const own = sumOf(sentences.map(vectorFor));
    const weighed = sentences.map((sentence) => {
      const vector = vectorFor(sentence);
      const centrality = 0.3 * cosine(vector, own) + 0.7 * cosine(vector, whole);
      const quote = quotable(sentence, lexicon);
      const weight = centrality * fitness(quote, lexicon) + emphasis(quote, lexicon) + 0.6 * share(wanted, vector);
      return { ...sentence, quote, vector, weight };
    });
    const fit = weighed.filter((one) => canStandAlone(one, wordsOf(one), punctuated, lexicon));
    const long = weighed.filter((one) => wordsOf(one).length >= FEWEST_WORDS);
    return [fit, long, weighed].find((choice) => choice.length > 0) ?? [];
  });
}

function quotable({ text, whole }: Sentence, lexicon: Lexicon): string {
  const quote = withoutFillers(text, lexicon);
  return whole ? capitalised(quote) : `… ${quote} …`;
}

/** Most captions are punctuated; those that machines make often are not at all. */
function isPunctuated(sentences: Sentence[]): boolean {
  return sentences.filter(({ text }) => endsSentence(text)).length >= sentences.length * 0.6;
}

function endsSentence(text: string): boolean {
  return /[.!?…。！？][)"'»”’]*$/.test(text);
}

function canStandAlone({ quote }: WeighedSentence, words: Word[], punctuated: boolean, lexicon: Lexicon): boolean {
  return (
    words.length >= FEWEST_WORDS &&
    words.length <= MOST_WORDS &&
    words.filter(({ content }) => content).length >= FEWEST_CONTENT_WORDS &&
    (!punctuated || endsSentence(quote)) &&
    !quote.endsWith('?') &&
    !lexicon.housekeeping?.test(quote)
  );
}

/** 0 … 1: how well a sentence reads away from its place. */
function fitness(quote: string, lexicon: Lexicon): number {
  const length = quote.split(/\s+/).length;
  const depends = lexicon.dependent?.test(quote) ? 0.35 : 1;
  const contextual = lexicon.contextual?.test(quote) ? 0.6 : 1;
  const short = length < 9 ? 0.75 : 1;
  const long = length > 26 ? Math.max(0.4, 26 / length) ** 1.5 : 1;
  const unbalanced = (quote.match(/["«»“”]/g)?.length ?? 0) % 2 === 1 ? 0.5 : 1;
  return depends * contextual * short * long * unbalanced;
}

function emphasis(quote: string, lexicon: Lexicon): number {
  return (lexicon.emphasis?.test(quote) ? 0.06 : 0) + (/\d/.test(quote) ? 0.03 : 0);
}

function share(wanted: ReadonlySet<string>, vector: TermVector): number {
  if (wanted.size === 0) return 0;
  return [...wanted].filter((term) => vector.has(term)).length / wanted.size;
}
