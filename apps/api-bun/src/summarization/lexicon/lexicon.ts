import {
  ara,
  cat,
  ces,
  dan,
  deu,
  ell,
  eus,
  fas,
  fin,
  fra,
  glg,
  heb,
  hin,
  hun,
  ind,
  ita,
  jpn,
  kor,
  nld,
  nob,
  pol,
  por,
  ron,
  rus,
  swe,
  tur,
  ukr,
  vie,
  zho,
} from 'stopword';
import { ENGLISH } from './english.ts';
import { SPANISH } from './spanish.ts';

/** What has to be known of a language to choose among its sentences. All words are lower case. */
export interface Lexicon {
  /** Function words and words that say nothing of a topic. */
  stopWords: ReadonlySet<string>;
  /** Words after which a noun follows; empty where they are not known. */
  determiners: ReadonlySet<string>;
  /** What counts things up: `the second reason`. */
  ordinals: ReadonlySet<string>;
  /** What joins two nouns into one name: `velocidad de la luz`. Longest first. */
  connectors: readonly string[];
  /** Ends that verbs and adverbs have and nouns have not. */
  verbEnding: RegExp | undefined;
  /** How an infinitive ends, and after which words it may stand as a noun does. */
  infinitive: { ending: RegExp; after: ReadonlySet<string> } | undefined;
  /** Words of the spoken language before a sentence that may be left out: `Bueno, …`. */
  fillers: RegExp | undefined;
  /** A sentence that begins so needs the one before it. */
  dependent: RegExp | undefined;
  /** A sentence that holds one of these speaks of whoever speaks or listens, or of what was just named, rather than of the topic. */
  contextual: RegExp | undefined;
  /** A sentence that begins so opens a new topic. */
  opensTopic: RegExp | undefined;
  /** Greetings, thanks and calls to subscribe. */
  housekeeping: RegExp | undefined;
  /** A sentence that holds one of these says something of weight. */
  emphasis: RegExp | undefined;
  /** Words after which a period does not end the sentence. */
  abbreviations: ReadonlySet<string>;
  /** Words before which text without punctuation may be cut. */
  clauseStarts: ReadonlySet<string>;
}

const LEXICONS: Record<string, Lexicon> = { es: SPANISH, en: ENGLISH };

/** @param language ISO 639-1. Of a language without a lexicon of its own, the stop words are known at most. */
export function lexiconOf(language: string): Lexicon {
  const known = Object.hasOwn(LEXICONS, language) ? LEXICONS[language] : undefined;
  return known ?? { ...UNKNOWN, stopWords: new Set(STOP_WORDS[language]) };
}

const UNKNOWN: Lexicon = {
  stopWords: new Set(),
  determiners: new Set(),
  ordinals: new Set(),
  connectors: [],
  verbEnding: undefined,
  infinitive: undefined,
  fillers: undefined,
  dependent: undefined,
  contextual: undefined,
  opensTopic: undefined,
  housekeeping: undefined,
  emphasis: undefined,
  abbreviations: new Set(),
  clauseStarts: new Set(),
};

/** Lists of the package, which names them by ISO 639-3, by ISO 639-1. */
const STOP_WORDS: Record<string, readonly string[]> = {
  ar: ara,
  ca: cat,
  cs: ces,
  da: dan,
  de: deu,
  el: ell,
  eu: eus,
  fa: fas,
  fi: fin,
  fr: fra,
  gl: glg,
  he: heb,
  hi: hin,
  hu: hun,
  id: ind,
  it: ita,
  ja: jpn,
  ko: kor,
  nl: nld,
  no: nob,
  pl: pol,
  pt: por,
  ro: ron,
  ru: rus,
  sv: swe,
  tr: tur,
  uk: ukr,
  vi: vie,
  zh: zho,
};
