import { detect } from 'tinyld';
import type { Embedder } from './embedder.ts';

/** Among few languages even three words can be told; among all of them they cannot. */
const TOLD_APART = ['en', 'es', 'pt', 'fr', 'it', 'de'];

/** Whether a model can read a question. One that could be of any language is read. */
export function canRead({ languages }: Embedder, question: string): boolean {
  const language = detect(question, { only: TOLD_APART });
  return languages === null || language === '' || languages.includes(language);
}
