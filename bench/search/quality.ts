import { searchLibrary } from '../../apps/api-bun/src/application/search-library.ts';
import type { Database } from '../../apps/api-bun/src/database/database.ts';
import { putChunks } from '../../apps/api-bun/src/database/search-chunks.ts';
import { findNearest, knownModels, putVectors, unreadChunks } from '../../apps/api-bun/src/database/search-vectors.ts';
import { chunkJob, contextualText } from '../../apps/api-bun/src/search/chunk.ts';
import type { Embedder } from '../../apps/api-bun/src/search/embedder.ts';
import { addJobs } from './library.ts';
import { NOTES, QUESTIONS, type Question } from './questions.ts';

const SIGNAL = new AbortController().signal;
/** Places of an answer that are looked at. */
const LOOKED_AT = 10;

export interface Quality {
  language: string;
  kind: string;
  way: string;
  questions: number;
  /** Shares of the questions whose passage came first, or among the first three. */
  first: number;
  amongThree: number;
  /** Mean of 1/place (MRR), 0 beyond the tenth. */
  reciprocalRank: number;
}

/** How well each way of searching finds the passage that answers a question put in other words. */
export async function measureQuality(database: Database, embedder: Embedder, userId: string): Promise<Quality[]> {
  const answers = await indexNotes(database, embedder, userId);
  const placeOf = (found: readonly string[], { answer: [note, passage] }: Question) =>
    found.indexOf(answers[note]?.[passage] ?? '');
  const search = async (question: Question, by: 'words' | 'meaning') => {
    const embedders = { embedderFor: async () => embedder, named: async () => embedder, [Symbol.dispose]() {} };
    const logger = { warn() {} };
    const { hits } = await searchLibrary({ database, embedders, logger }, userId, {
      q: question.q,
      limit: LOOKED_AT,
      by,
    });
    return placeOf(
      hits.map(({ heading }) => heading ?? ''),
      question,
    );
  };
  const nearest = async (question: Question) => {
    const [vector] = await embedder.embed([question.q], 'query', SIGNAL);
    const [model] = await knownModels(database, userId);
    const found = vector && model ? await findNearest(database, userId, model, vector, null, LOOKED_AT) : [];
    const rows = await database.query<{ id: string; heading: string }>(
      'select id, heading from search_chunks where id = any($1)',
      [found.map(({ id }) => id)],
    );
    const headings = new Map(rows.map(({ id, heading }) => [id, heading]));
    return placeOf(
      found.map(({ id }) => headings.get(id) ?? ''),
      question,
    );
  };
  const ways: [string, (question: Question) => Promise<number>][] = [
    ['words', (question) => search(question, 'words')],
    ['vectors', nearest],
    ['both', (question) => search(question, 'meaning')],
  ];
  const measured: Quality[] = [];
  for (const [language, kind] of [
    ['en', 'paraphrase'],
    ['en', 'term'],
    ['es', 'paraphrase'],
    ['es', 'term'],
  ] as const) {
    for (const [way, find] of ways) {
      if (way === 'vectors' && embedder.languages?.includes(language) === false) continue;
      const asked = QUESTIONS.filter((question) => question.language === language && question.kind === kind);
      const places: number[] = [];
      for (const question of asked) places.push(await find(question));
      measured.push({ language, kind, way, ...sumUp(places) });
    }
  }
  return measured;
}

function sumUp(places: readonly number[]) {
  const share = (most: number) => places.filter((place) => place >= 0 && place < most).length / places.length;
  const reciprocal = places.map((place) => (place < 0 ? 0 : 1 / (place + 1)));
  return {
    questions: places.length,
    first: share(1),
    amongThree: share(3),
    reciprocalRank: reciprocal.reduce((sum, one) => sum + one, 0) / places.length,
  };
}

/** Every passage a chapter of its own, whose heading names it without saying a word of it. */
async function indexNotes(database: Database, embedder: Embedder, userId: string): Promise<string[][]> {
  const jobs = await addJobs(database, userId, NOTES.length);
  const names = NOTES.map(({ passages }, note) => passages.map((_, passage) => `§${note}.${passage}`));
  for (const [note, { title, language, passages }] of NOTES.entries()) {
    const job = jobs[note];
    if (!job) throw new Error('there is a job for each note');
    const segments = passages.map((text, id) => ({ id, start: id * 30, end: id * 30 + 30, text }));
    const chapters = segments.map(({ start, end, id }) => ({ title: names[note]?.[id] ?? '', start, end }));
    const languages = { spoken: language, written: language };
    const chunks = chunkJob({ title, channel: null, segments, chapters, summary: '', languages });
    await database.transaction((tx) => putChunks(tx, job, chunks));
    const unread = await unreadChunks(database, job.id, embedder);
    const texts = unread.map(({ text }) => contextualText({ title, heading: null, text }));
    const vectors = await embedder.embed(texts, 'passage', SIGNAL);
    const rows = unread.map(({ id }, at) => ({ id, embedding: vectors[at] ?? [] }));
    await putVectors(database, embedder.name, rows);
  }
  return names;
}
