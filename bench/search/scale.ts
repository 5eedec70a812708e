import { searchLibrary } from '../../apps/api-bun/src/application/search-library.ts';
import type { Database } from '../../apps/api-bun/src/database/database.ts';
import { putChunks } from '../../apps/api-bun/src/database/search-chunks.ts';
import { findNearest, knownModels } from '../../apps/api-bun/src/database/search-vectors.ts';
import type { Embedder } from '../../apps/api-bun/src/search/embedder.ts';
import { percentile } from '../measure/statistics.ts';
import { addJobs, type LibraryJob } from './library.ts';
import { createNotes, createRandom, DIMENSION } from './many-chunks.ts';

const NOTE_SIZE = 100;
const QUESTIONS = 200;
/** Notes whose vectors come one note at a time, as they do in life, after the others were indexed at once. */
const ONE_BY_ONE = 10;
const MODEL = 'bench:made-up';
/** Questions whose nearest passages are also looked for one by one, which takes long. */
const COMPARED_QUESTIONS = 100;
/** Nearest passages that are compared, and those that a search asks for. */
const LOOKED_AT = 10;
const CANDIDATES = 50;
/** Notes that a question lies between when it resembles no passage in particular. */
const BETWEEN = 8;

export interface Scale {
  chunks: number;
  /**
   * Chunks a second: into the index of words; into that of vectors, made when all are there (which the product never does) and
   * note by note.
   */
  words: number;
  vectorsAtOnce: number;
  vectorsByNote: number;
  /** Milliseconds. */
  searches: { name: string; p50: number; p95: number }[];
  /** Share of the ten nearest passages that the index finds. */
  recall: { name: string; share: number }[];
}

interface Asked {
  q: string;
  vector: number[];
}

/** A library of so many passages of one person: how fast it is made, how fast it answers, and how much the index misses. */
export async function measureScale(database: Database, userId: string, chunks: number): Promise<Scale> {
  const random = createRandom(1);
  const makeNote = createNotes(random);
  const jobs = await addJobs(database, userId, Math.ceil(chunks / NOTE_SIZE));
  const asked: Asked[] = [];
  const last: { job: LibraryJob; vectors: number[][] }[] = [];
  const time = { words: 0, atOnce: 0, byNote: 0 };

  await database.query(`drop index if exists search.vectors_${DIMENSION}`);
  for (const [index, job] of jobs.entries()) {
    const note = makeNote(NOTE_SIZE, `Vídeo ${index}`);
    time.words += await timed(() => database.transaction((tx) => putChunks(tx, job, note.chunks)));
    if (index >= jobs.length - ONE_BY_ONE) last.push({ job, vectors: note.vectors });
    else time.atOnce += await timed(() => putVectors(database, job, note.vectors));
    if (index % Math.ceil(jobs.length / QUESTIONS) === 0)
      asked.push({ q: questionOf(note.topic, random), vector: note.question });
  }
  time.atOnce += await timed(() =>
    database.transaction(async (tx) => {
      await tx.query("select set_config('maintenance_work_mem', '1GB', true)");
      await tx.query('select search.index_vectors($1)', [DIMENSION]);
    }),
  );
  for (const { job, vectors } of last) time.byNote += await timed(() => putVectors(database, job, vectors));
  // What the server does by itself; the embedded database never does.
  if (database.kind === 'postgres') await database.query('analyze');

  const seconds = (milliseconds: number) => milliseconds / 1000;
  return {
    chunks: jobs.length * NOTE_SIZE,
    words: (jobs.length * NOTE_SIZE) / seconds(time.words),
    vectorsAtOnce: ((jobs.length - last.length) * NOTE_SIZE) / seconds(time.atOnce),
    vectorsByNote: (last.length * NOTE_SIZE) / seconds(time.byNote),
    searches: await measureSearches(database, userId, asked),
    recall: await measureRecall(database, userId, asked),
  };
}

/** Some words of what a note is about; every tenth question has a typing error. */
function questionOf(topic: readonly string[], random: () => number): string {
  const words = topic.slice(0, 2 + Math.floor(random() * 3)).join(' ');
  return random() < 0.1 ? `${words.slice(0, 3)}${words.slice(4)}` : words;
}

async function putVectors(database: Database, job: LibraryJob, vectors: readonly number[][]): Promise<void> {
  const rows = await database.query<{ id: string }>(
    'select id from search_chunks where job_id = $1 order by position',
    [job.id],
  );
  const given = rows.map(({ id }, at) => ({ id, embedding: JSON.stringify(vectors[at]) }));
  await database.query('select search.put_vectors($1, $2::jsonb)', [MODEL, JSON.stringify(given)]);
}

/** What a person waits for, but for the model that reads the question. */
async function measureSearches(
  database: Database,
  userId: string,
  asked: readonly Asked[],
): Promise<Scale['searches']> {
  const vectors = new Map(asked.map(({ q, vector }) => [q, vector]));
  const embedder: Embedder = {
    name: MODEL,
    languages: null,
    farthest: 2,
    embed: async (texts) => texts.map((text) => vectors.get(text) ?? []),
  };
  const embedders = { embedderFor: async () => embedder, named: async () => embedder, [Symbol.dispose]() {} };
  const library = { database, embedders, logger: { warn() {} } };
  const searches: Scale['searches'] = [];
  for (const [name, filters] of [
    ['words and vectors', { by: 'meaning' }],
    ['words alone', { by: 'words' }],
    ['words and vectors, filtered by day', { by: 'meaning', from: '2020-01-01' }],
  ] as const) {
    const search = ({ q }: Asked) => searchLibrary(library, userId, { q, limit: 20, ...filters });
    for (const question of asked.slice(0, 20)) await search(question);
    const times: number[] = [];
    for (const question of asked) times.push(await timed(() => search(question)));
    searches.push({ name, p50: percentile(times, 50), p95: percentile(times, 95) });
  }
  return searches;
}

async function measureRecall(database: Database, userId: string, asked: readonly Asked[]): Promise<Scale['recall']> {
  const near = asked.map(({ vector }) => vector);
  const between = near.map((_, first) =>
    middleOf(near.filter((_, at) => (at - first + near.length) % near.length < BETWEEN)),
  );
  return [
    { name: 'questions near a passage', share: await recallOf(database, userId, near) },
    { name: `questions between ${BETWEEN} notes`, share: await recallOf(database, userId, between) },
  ];
}

async function recallOf(database: Database, userId: string, questions: readonly number[][]): Promise<number> {
  const [model] = await knownModels(database, userId);
  if (!model) throw new Error('there are vectors');
  const shares: number[] = [];
  for (const vector of questions.slice(0, COMPARED_QUESTIONS)) {
    // As few vectors are compared: one by one.
    const exact = await findNearest(database, userId, { ...model, chunks: 1 }, vector, null, LOOKED_AT);
    const ofIndex = await findNearest(database, userId, model, vector, null, CANDIDATES);
    const ids = new Set(ofIndex.slice(0, LOOKED_AT).map(({ id }) => id));
    shares.push(exact.filter(({ id }) => ids.has(id)).length / exact.length);
  }
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function middleOf(vectors: readonly number[][]): number[] {
  const sum = Array.from({ length: DIMENSION }, (_, at) =>
    vectors.reduce((total, vector) => total + (vector[at] ?? 0), 0),
  );
  const length = Math.hypot(...sum);
  return sum.map((part) => part / length);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
