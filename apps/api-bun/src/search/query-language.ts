import { detectAll } from 'tinyld';
import type { Embedder } from './embedder.ts';

const SENTENCES = ['en', 'es', 'pt', 'fr', 'it', 'de'];
/** Of two words it can be told which of these they are in; among more, `climate change` would be French. */
const WORDS = ['en', 'es'];
/** From 0 to 1: what sentences reach, and hardly ever two words. */
const SURE = 0.3;

/** Whether a model can read a question. One that could be of any language is read. */
export function canRead({ languages }: Embedder, question: string): boolean {
  if (languages === null) return true;
  const [sentence] = detectAll(question, { only: SENTENCES });
  const [words] = detectAll(question, { only: WORDS });
  const detected = sentence && sentence.accuracy >= SURE ? sentence : words;
  return !detected || languages.includes(detected.lang);
}
