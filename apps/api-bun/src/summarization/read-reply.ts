import { z } from 'zod';
import type { Reply } from './ask-model.ts';
import type { Grounded } from './citations.ts';
import { isInAnotherLanguage } from './language.ts';
import type { ModelAnswer } from './model-answer.ts';
import { nameOfLanguage, type Wishes } from './prompts.ts';
import { repeats } from './repetition.ts';

/** What a reply comes to: what was asked for, or what is wrong with it, in words that tell a model what to do better. */
export type Reading<Answer> = { answer: Answer } | { problem: string };

/** A short text without JSON is an apology or a refusal: `I'm sorry, but I can't …`. */
const REFUSAL =
  /\b(?:i(?:'m| am) (?:sorry|unable|not able)|i (?:can(?:no|')t|won't)|as an ai|lo siento|no puedo|no me es posible)\b/i;

/** The JSON of a reply, checked against its schema. */
export function readReply<Answer>(
  { text, finish }: Pick<Reply, 'text' | 'finish'>,
  schema: z.ZodType<Answer>,
): Reading<Answer> {
  if (repeats(text)) return { problem: 'It said the same over and over. Say everything once, and come to an end.' };
  if (finish === 'content-filter') return { problem: refused() };
  const json = jsonIn(text);
  if (json === undefined) {
    if (text.trim() === '') return { problem: 'It was empty.' };
    if (finish === 'length')
      return { problem: 'It was cut off because it was too long. Be briefer: fewer and shorter points.' };
    return { problem: REFUSAL.test(text.slice(0, 400)) ? refused() : 'It was not JSON.' };
  }
  const parsed = schema.safeParse(json);
  return parsed.success
    ? { answer: parsed.data }
    : { problem: `It did not fit the schema: ${z.prettifyError(parsed.error).slice(0, 500)}` };
}

function refused(): string {
  return 'It was a refusal. To report what is said in a transcript is not to approve of it: summarise it soberly.';
}

/** A fence or a word around the JSON is forgiven. */
function jsonIn(text: string): unknown {
  const [from, to] = [text.indexOf('{'), text.lastIndexOf('}')];
  if (from === -1 || to < from) return undefined;
  try {
    return JSON.parse(text.slice(from, to + 1));
  } catch {
    return undefined;
  }
}

/** Of all the lines that an answer cites, the share that do not exist. */
const TOO_MANY_UNKNOWN = 0.5;
/** Points with the same text, of all of them. */
const MOST_ALIKE = 0.5;
/** Characters: no single point is as long. */
const LONGEST_POINT = 3_000;

/** What is wrong with an answer that has the right form; null when it can be used. */
export function judge(answer: ModelAnswer, { notes, dropped, citations }: Grounded, wishes: Wishes): string | null {
  const given = [...answer.key_points, ...answer.chapters.flatMap(({ points }) => points)];
  const kept = [...notes.key_points, ...notes.chapters.flatMap(({ points }) => points)];
  if (given.length === 0) return 'It had no points. Say what is said in these lines.';
  if (citations > 0 && dropped.citations / citations >= TOO_MANY_UNKNOWN) {
    return 'It cited lines that do not exist. Cite the numbers in brackets at the beginning of the lines.';
  }
  if (kept.length === 0) return 'Nothing in it could be found in these lines.';
  if (given.length > 5 && new Set(given.map(({ text }) => text)).size < given.length * MOST_ALIKE) {
    return 'It said the same over and over. Say everything once.';
  }
  if (given.some(({ text }) => text.length > LONGEST_POINT || repeats(text)) || repeats(answer.overview)) {
    return 'It had points without end. Give each of them one or two sentences.';
  }
  return readsAs(wishes, answer.overview, given);
}

/** What to say when an answer is in another language than it was asked for in; null when it is not. */
export function readsAs(
  { language, languageIsFree }: Wishes,
  overview: string,
  points: Array<{ text: string }>,
): string | null {
  const texts = [overview, points.map(({ text }) => text).join('\n')];
  if (languageIsFree || !texts.some((text) => isInAnotherLanguage(text, language))) return null;
  return `It was not written in ${nameOfLanguage(language)}. Write everything but quotes in ${nameOfLanguage(language)}.`;
}
