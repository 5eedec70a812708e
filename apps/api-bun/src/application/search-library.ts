import {
  type MeaningState,
  type SearchChoices,
  type SearchHit,
  type SearchQuery,
  type SearchResult,
  SNIPPET_MARK,
} from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import type { Database } from '../database/database.ts';
import { type FoundPassage, readPassages, searchChoices } from '../database/search-chunks.ts';
import { findNearest, forgetVectors, type KnownModel, knownModels, unreadJobs } from '../database/search-vectors.ts';
import {
  type FoundChunk,
  filterJobs,
  findByWords,
  readAlikeWords,
  readOperators,
  readTypedWords,
  type WordsQuery,
} from '../database/search-words.ts';
import type { Embedder } from '../search/embedder.ts';
import { type Fused, fuse, spread } from '../search/fuse.ts';
import { canRead } from '../search/query-language.ts';
import { spacedSlashes } from '../search/slashes.ts';
import { makeSnippet, markedOnce, type Snippet } from '../search/snippet.ts';
import { meantWords } from '../search/spelling.ts';
import { hasOperators, isUnknown, operatorsQuery, withStraightQuotes, wordsQuery } from '../search/words-query.ts';
import type { Services } from './services.ts';

interface Library extends Pick<Services, 'database'> {
  embedders: Pick<Services['embedders'], 'embedderFor' | 'named'>;
  logger: Pick<Services['logger'], 'warn'>;
}

/** Passages that each way of searching gives to the common list. */
const CANDIDATES = 50;
/** Passages of one note. */
const OF_A_NOTE = 3;
/** Milliseconds that a model has to read the question; after that, words must do. */
const PATIENCE = 4_000;

/** Passages of the person's indexed notes that answer a question, by its words and by its meaning, best first. */
export async function searchLibrary(services: Library, userId: string, asked: SearchQuery): Promise<SearchResult> {
  const { database } = services;
  const query = { ...asked, q: spacedSlashes(withStraightQuotes(asked.q)) };
  const jobs = await filterJobs(database, userId, query);
  const [words, meaning] = await Promise.all([
    findWords(database, userId, query.q, jobs),
    findMeaning(services, userId, query, jobs),
  ]);
  const fused = spread(fuse(words.found, meaning.found), query.limit, OF_A_NOTE);
  // Only here are rows read as the person: whatever was found, nobody sees what is not theirs.
  const passages = await asUser(database, userId, (tx) =>
    readPassages(
      tx,
      fused.map(({ id }) => id),
      words.query?.any ?? null,
      SNIPPET_MARK,
    ),
  );
  const byId = new Map(passages.map((passage) => [passage.id, passage]));
  const hits = fused.flatMap((one) => {
    const passage = byId.get(one.id);
    return passage ? [hitOf(passage, one, query.q)] : [];
  });
  return { hits, meaning: meaning.state };
}

/** What the person's indexed notes can be filtered by. */
export function readSearchChoices({ database }: Library, userId: string): Promise<SearchChoices> {
  return asUser(database, userId, searchChoices);
}

async function findWords(database: Database, userId: string, q: string, jobs: readonly string[] | null) {
  const query = hasOperators(q)
    ? operatorsQuery(await readOperators(database, q))
    : await readWords(database, userId, q);
  return { query, found: query ? await findByWords(database, userId, query, jobs, CANDIDATES) : [] };
}

/** Words that stand nowhere may have been mistyped: those they resemble are looked for as well. */
async function readWords(database: Database, userId: string, q: string): Promise<WordsQuery | null> {
  const isTyping = /[\p{L}\p{N}]$/u.test(q);
  const typed = (await readTypedWords(database, userId, q)).map((word, at, { length }) =>
    // Only the last word may be unfinished: what merely begins like another one stands nowhere.
    isTyping && at === length - 1 ? word : { ...word, beginning: 0 },
  );
  const meant = typed.map(async (word) =>
    isUnknown(word) ? meantWords(word.word, await readAlikeWords(database, userId, word.word)) : [],
  );
  const words = await Promise.all(typed.map(async (word, at) => ({ ...word, meant: (await meant[at]) ?? [] })));
  return wordsQuery(words, isTyping);
}

interface Meaning {
  state: MeaningState;
  /** A list for each model that has read notes of the person. */
  found: FoundChunk[][];
}

async function findMeaning(
  services: Library,
  userId: string,
  { q, by }: SearchQuery,
  jobs: readonly string[] | null,
): Promise<Meaning> {
  const { database, embedders, logger } = services;
  // Who asks for exact words wants nothing else.
  if (by === 'words' || hasOperators(q)) return { state: 'not_asked', found: [] };
  try {
    const current = await embedders.embedderFor(userId);
    if (!current) return { state: 'off', found: [] };
    const models = await knownModels(database, userId);
    const asked = await Promise.allSettled(models.map((model) => askModel(services, userId, model, q, jobs)));
    const failed = asked.filter((answer) => answer.status === 'rejected');
    for (const { reason } of failed) logger.warn({ err: reason }, 'a model did not answer a search');
    const found = asked.flatMap((answer) => (answer.status === 'fulfilled' && answer.value ? [answer.value] : []));
    if (found.length > 0) return { state: 'used', found };
    return { state: failed.length > 0 ? 'failed' : await whyNothing(database, userId, current, q), found };
  } catch (error) {
    logger.warn({ err: error }, 'a search was answered by words alone');
    return { state: 'failed', found: [] };
  }
}

/** Nothing was read yet, or never will be: not by a model that lacks the language of the question, or of all the notes. */
async function whyNothing(database: Database, userId: string, current: Embedder, q: string): Promise<MeaningState> {
  if (current.languages === null) return 'nothing_read';
  const isToCome = canRead(current, q) && (await unreadJobs(database, userId, current)).length > 0;
  return isToCome ? 'nothing_read' : 'other_language';
}

/** Null when that model cannot be asked, or cannot read the question. */
async function askModel(
  { database, embedders }: Library,
  userId: string,
  known: KnownModel,
  question: string,
  jobs: readonly string[] | null,
): Promise<FoundChunk[] | null> {
  const embedder = await embedders.named(userId, known.model);
  if (!embedder || !canRead(embedder, question)) return null;
  const [vector] = await embedder.embed([question], 'query', AbortSignal.timeout(PATIENCE));
  if (!vector) return null;
  if (vector.length !== known.dimension) {
    // Another model goes by that name now: what the one before made is compared with nothing any more, and is read anew.
    await forgetVectors(database, userId, known);
    return null;
  }
  const nearest = await findNearest(database, userId, known, vector, jobs, CANDIDATES);
  return nearest.filter(({ distance }) => distance <= embedder.farthest);
}

function hitOf(passage: FoundPassage, { rank, foundBy }: Fused, question: string): SearchHit {
  const { job_id, video_title, url, channel, heading } = passage;
  const snippet = makeSnippet(passage.text, question);
  return {
    job_id,
    video_title,
    url,
    channel,
    heading: heading && markedOnce(heading),
    snippet: snippet.text,
    start_seconds: secondOf(passage, snippet),
    found_by: foundBy,
    rank,
  };
}

/** Where in the video a snippet is said, in seconds: a note names its moments, and only speech has an end. */
function secondOf({ start_seconds: start, end_seconds: end }: FoundPassage, { at, moment }: Snippet): number | null {
  if (start === null) return null;
  if (end === null) return moment ?? start;
  // Speech runs evenly enough that a sentence begins where its share of the letters does.
  return start + at * (end - start);
}
