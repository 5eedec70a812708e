import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import {
  categorySchema,
  DestilaError,
  jobDetailSchema,
  processingJobSchema,
  SNIPPET_MARK,
  searchChoicesSchema,
  searchResultSchema,
  settingsSchema,
} from '@destila/contracts';
import { addUser, DATABASES } from '../../../../tests/databases.ts';
import { startTestDestila, type TestDestila } from '../../../../tests/destila.ts';
import { type EmbeddingServer, startEmbeddingServer } from '../../../../tests/fakes/embedding-server.ts';
import { addReadyJob } from '../../../../tests/ready-job.ts';
import { until } from '../../../../tests/until.ts';
import { indexJob } from '../application/index-job.ts';
import { refreshIndex } from '../application/refresh-index.ts';
import { searchLibrary } from '../application/search-library.ts';
import { putVectors, unreadChunks } from '../database/search-vectors.ts';
import { LOCAL_USER } from '../database/users.ts';
import { contextualText } from '../search/chunk.ts';
import { hostedEmbedder } from '../search/hosted-embedder.ts';

const QUESTION = { q: 'marea', limit: 5, by: 'meaning' } as const;
const TIDES = ['La Luna atrae el agua de los océanos.', 'Por eso la marea sube dos veces al día en las costas.'];
const BREAD = ['Para el pan hace falta harina y agua.', 'La masa madre fermenta sola, y hay que darle de comer.'];
const MONEY = ['El banco central sube los tipos.', 'Así frena la inflación, y los precios suben menos.'];

const marked = (word: string) => `${SNIPPET_MARK.open}${word}${SNIPPET_MARK.close}`;

describe.each(DATABASES)('search on %s', (kind) => {
  const knowsMeaning = kind === 'pglite';
  let models: EmbeddingServer;
  let site: TestDestila;
  beforeAll(async () => {
    models = startEmbeddingServer();
    site = await startTestDestila(kind, {
      EMBEDDINGS: 'openai-compatible:test-64',
      EMBEDDINGS_BASE_URL: models.baseUrl,
    });
  });
  afterAll(async () => {
    await site[Symbol.asyncDispose]();
    await models.stop();
  });
  beforeEach(async () => {
    await site.destila.services.database.query('delete from processing_jobs');
    models.read.length = 0;
  });

  interface Note {
    texts: string[];
    title?: string;
    channel?: string;
    markdown?: string;
  }
  async function addNote({ texts, ...note }: Note): Promise<string> {
    const segments = texts.map((text, id) => ({ id, start: id * 30, end: id * 30 + 30, text }));
    return addReadyJob(site, { title: 'Un vídeo', ...note, segments });
  }
  const index = (id: string) => site.api(`/jobs/${id}/index`, { method: 'POST' });
  /** Until a model has read all of it, where there is one. */
  async function indexed(id: string): Promise<void> {
    expect((await index(id)).status).toBe(202);
    await reading(id, 'done');
  }
  async function reading(id: string, status: string): Promise<void> {
    if (!knowsMeaning) return;
    await until(async () => {
      const { operations } = await site.read(jobDetailSchema, `/jobs/${id}`);
      return operations.find((operation) => operation.kind === 'index' && operation.status === status);
    });
  }
  const search = (q: string, filters: Record<string, string> = {}) =>
    site.read(searchResultSchema, `/search?${new URLSearchParams({ q, ...filters })}`);
  const found = async (q: string, filters: Record<string, string> = { by: 'words' }) =>
    (await search(q, filters)).hits.map(({ job_id }) => job_id);
  const notes = async (q: string, filters: Record<string, string>) => [...new Set(await found(q, filters))].toSorted();

  test('a note is found by words as soon as it is indexed, with the words marked and the second where they are said', async () => {
    const id = await addNote({ texts: TIDES, channel: 'El mar' });
    expect(await found('marea')).toEqual([]);
    const answer = await index(id);
    expect(answer.status).toBe(202);
    expect(processingJobSchema.parse(await answer.json()).indexed_at).not.toBeNull();

    const { hits, meaning } = await search('mareas', { by: 'words' });
    expect(meaning).toBe('not_asked');
    expect(hits[0]).toMatchObject({ job_id: id, channel: 'El mar', found_by: 'words' });
    expect(hits[0]?.snippet).toContain(marked('marea'));
    expect(hits[0]?.start_seconds).toBeWithin(10, 31);
  });

  test('a word that stands in a heading alone is found and marked there, with or without a text below', async () => {
    const markdown = '## Las pleamares equinocciales\n\nSuben mucho.\n\n## Carenas\n';
    const id = await addNote({ texts: BREAD, markdown });
    await indexed(id);
    const { hits } = await search('equinoccial', { by: 'words' });
    expect(hits).toMatchObject([{ job_id: id, heading: `Las pleamares ${marked('equinocciales')}` }]);
    expect((await search('carena', { by: 'words' })).hits).toMatchObject([{ job_id: id, snippet: marked('Carenas') }]);
  });

  test('a note that was edited since it was indexed can be told from one whose category or tags were', async () => {
    const id = await addNote({ texts: BREAD });
    const isCurrent = async () => {
      const { indexed_version, version } = await site.read(jobDetailSchema, `/jobs/${id}`);
      return indexed_version === version;
    };
    const edit = (json: Record<string, unknown>) => site.api(`/jobs/${id}`, { json, method: 'PATCH' });
    await index(id);
    await edit({ ai_tags: ['pan'] });
    expect(await isCurrent()).toBe(true);
    await edit({ summary_markdown: 'Otra cosa.\n' });
    await edit({ ai_tags: ['masa'] });
    expect(await isCurrent()).toBe(false);
    await index(id);
    expect(await isCurrent()).toBe(true);
    await site.api(`/jobs/${id}/index`, { method: 'DELETE' });
    expect((await site.read(jobDetailSchema, `/jobs/${id}`)).indexed_version).toBeNull();
  });

  test('words are found without their accents, in another form, unfinished, mistyped, and by the title', async () => {
    const id = await addNote({ texts: MONEY, title: 'Economía sencilla' });
    await indexed(id);
    for (const q of [
      'inflacion',
      'INFLACIÓN',
      'precio',
      'infla',
      'inflasión',
      'iflacion',
      'economia',
      'banco inflacion',
      'europea inflacio',
      'inflacio europea',
    ]) {
      expect(await found(q), q).toContain(id);
    }
    for (const q of ['marea', 'banco -inflación', '"central banco"']) expect(await found(q), q).toEqual([]);
    expect(await found('"banco central"')).toContain(id);
  });

  test('words with a slash between them are found one by one, and together', async () => {
    const id = await addNote({ texts: ['El bus de entrada/salida va a 3 km/h.'], title: 'Datos/control' });
    await indexed(id);
    for (const q of ['entrada', 'salida', 'entrada/salida', '"entrada/salida"', 'control']) {
      expect(await notes(q, { by: 'words' }), q).toEqual([id]);
    }
    expect((await search('salida', { by: 'words' })).hits[0]?.snippet).toContain(`entrada / ${marked('salida')}`);
  });

  test('a passage with all of the words comes before one with some of them', async () => {
    const some = await addNote({ texts: ['El agua hierve.', 'Nada más.'] });
    const all = await addNote({ texts: BREAD });
    await indexed(some);
    await indexed(all);
    expect(await found('harina y agua')).toEqual([all, some]);
  });

  test('a question in other words, or in another language, finds what means the same', async () => {
    const [tides, bread] = [await addNote({ texts: TIDES }), await addNote({ texts: BREAD })];
    await indexed(tides);
    await indexed(bread);
    const { hits, meaning } = await search('sourdough loaf');
    if (!knowsMeaning) {
      expect({ hits, meaning }).toEqual({ hits: [], meaning: 'off' });
      return;
    }
    expect(meaning).toBe('used');
    expect(hits[0]).toMatchObject({ job_id: bread, found_by: 'meaning' });
    expect((await search('mareas')).hits[0]).toMatchObject({ job_id: tides, found_by: 'both' });
    // Whoever writes operators wants these words and no others.
    expect((await search('"sourdough loaf"')).hits).toEqual([]);
  });

  test('notes can be filtered by category, tag, channel and day', async () => {
    const [sea, kitchen] = [
      await addNote({ texts: TIDES, channel: 'El mar' }),
      await addNote({ texts: BREAD, channel: 'Cocina' }),
    ];
    await indexed(sea);
    await indexed(kitchen);
    const category = await site.read(categorySchema, '/categories', { json: { name: 'Cocina' } });
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ category_id: category.id, ai_tags: ['pan'] });
    await site.api(`/jobs/${kitchen}`, { method: 'PATCH', body, headers });

    const today = new Date().toISOString().slice(0, 10);
    for (const by of ['words', 'meaning']) {
      expect(await notes('agua', { by })).toEqual([sea, kitchen].toSorted());
      expect(await notes('agua', { by, category: category.id })).toEqual([kitchen]);
      expect(await notes('agua', { by, tag: 'mar' })).toEqual([sea]);
      expect(await notes('agua', { by, channel: 'El mar' })).toEqual([sea]);
      expect(await notes('agua', { by, from: '2001-01-01', to: '2001-12-31' })).toEqual([]);
      expect(await notes('agua', { by, from: '2001-01-01', to: today })).toHaveLength(2);
      expect(await notes('agua', { by, from: today, to: '2001-01-01' })).toEqual([]);
      expect(await notes('agua', { by, category: category.id, tag: 'pan', channel: 'Cocina', from: today })).toEqual([
        kitchen,
      ]);
      expect(await notes('agua', { by, category: category.id, channel: 'El mar' })).toEqual([]);
    }
    // Nine in the evening of the 20th in Mexico is the 21st in London.
    const added = "update processing_jobs set created_at = '2026-11-21T03:00:00Z' where id = $1";
    await site.destila.services.database.query(added, [sea]);
    const on = (day: string, time_zone?: string) =>
      notes('agua', { from: day, to: day, ...(time_zone && { time_zone }) });
    expect(await on('2026-11-20', 'America/Mexico_City')).toEqual([sea]);
    expect(await on('2026-11-21', 'America/Mexico_City')).toEqual([]);
    expect(await on('2026-11-21')).toEqual([sea]);
    expect((await site.api('/search?q=agua&from=2026-11-20&time_zone=Atlantis')).status).toBe(400);

    const choices = await site.read(searchChoicesSchema, '/search/choices');
    expect(choices.channels.toSorted()).toEqual(['Cocina', 'El mar']);
    expect(choices.tags.toSorted()).toEqual(['mar', 'pan']);
  });

  test('what is taken out of the index, deleted or somebody else’s is not found', async () => {
    const { services } = site.destila;
    const { database } = services;
    const [out, deleted] = [await addNote({ texts: TIDES }), await addNote({ texts: TIDES })];
    for (const id of [out, deleted]) await indexed(id);
    const userId = await addUser(database);
    const theirs = await addReadyJob(site, { userId });
    await indexJob(services, userId, theirs);
    await until(async () => !knowsMeaning || (await searchLibrary(services, userId, QUESTION)).meaning === 'used');
    expect((await searchLibrary(services, userId, QUESTION)).hits.map(({ job_id }) => job_id)).toContain(theirs);

    expect(
      processingJobSchema.parse(await (await site.api(`/jobs/${out}/index`, { method: 'DELETE' })).json()),
    ).toMatchObject({ indexed_at: null });
    await site.api(`/jobs/${deleted}`, { method: 'DELETE' });
    expect(await found('marea', {})).toEqual([]);

    await site.api(`/jobs/${deleted}/restore`, { method: 'POST' });
    expect(await notes('marea', {})).toEqual([deleted]);
    await database.query('delete from processing_jobs');
    expect(await database.query('select from search.words')).toEqual([]);
    if (knowsMeaning) expect(await database.query('select from search.vectors')).toEqual([]);
  });

  test('the same note indexed again is neither written nor read anew; of an edited one, what changed', async () => {
    const chunks = () =>
      site.destila.services.database.query<{ id: string; text: string }>(
        'select id, text from search_chunks order by position',
      );
    const id = await addNote({ texts: TIDES, markdown: 'Un resumen de las mareas.\n' });
    await indexed(id);
    const [before, readBefore] = [await chunks(), models.read.length];
    await index(id);
    expect(await chunks()).toEqual(before);

    const body = JSON.stringify({ summary_markdown: 'Uno nuevo.\n\n## Luna\n\nOtra parte.\n' });
    await site.api(`/jobs/${id}`, { method: 'PATCH', body, headers: { 'content-type': 'application/json' } });
    await index(id);
    await until(async () => !knowsMeaning || models.read.length === readBefore + 2);
    expect((await chunks()).map(({ text }) => text)).toEqual([before[0]?.text ?? '', 'Uno nuevo.', 'Otra parte.']);
    expect((await chunks())[0]).toEqual(before[0]);
  });

  test('clicked by two at a time, a note is indexed once, as it stands; taken out meanwhile, it is out or in as a whole', async () => {
    const { database } = site.destila.services;
    const long = Array.from({ length: 200 }, (_, n) => `${TIDES[1]} Una frase más, la número ${n}.`);
    const id = await addNote({ texts: long });
    const places = async () =>
      (await database.query<{ position: number }>('select position from search_chunks order by position')).map(
        ({ position }) => position,
      );
    await Promise.all([index(id), index(id), index(id)]);
    const once = await places();
    expect(once).toEqual(once.map((_, at) => at));
    const body = JSON.stringify({ summary_markdown: 'Uno nuevo.\n' });
    const edit = { method: 'PATCH', body, headers: { 'content-type': 'application/json' } };
    await Promise.all([index(id), site.api(`/jobs/${id}`, edit).then(() => index(id)), index(id)]);
    expect(await found('"uno nuevo"')).toEqual([id]);

    const out = () => site.api(`/jobs/${id}/index`, { method: 'DELETE' });
    await Promise.all([out(), index(id), out(), index(id)]);
    const { indexed_at } = await site.read(jobDetailSchema, `/jobs/${id}`);
    expect(await places()).toEqual(indexed_at === null ? [] : once);
  });

  test('many passages of one note leave room for others', async () => {
    const long = await addNote({
      texts: Array.from({ length: 60 }, (_, n) => `${TIDES[1]} ${'Y así cada día. '.repeat(20)}${n}.`),
    });
    const short = await addNote({ texts: TIDES });
    await indexed(long);
    await indexed(short);
    const ids = await found('marea');
    expect(ids.filter((id) => id === long)).toHaveLength(3);
    expect(ids).toContain(short);
  });

  test('who says "always" has notes indexed with each save, without being asked; who says "never" has none', async () => {
    const settle = (index_after_save: string) =>
      site.api('/settings', {
        method: 'PATCH',
        body: JSON.stringify({ index_after_save }),
        headers: { 'content-type': 'application/json' },
      });
    const saved = async (id: string) =>
      processingJobSchema.parse(await (await site.api(`/jobs/${id}/save`, { method: 'POST' })).json());
    const id = await addNote({ texts: TIDES });
    for (const choice of ['ask', 'never']) {
      await settle(choice);
      expect((await saved(id)).indexed_at, choice).toBeNull();
    }
    await settle('always');
    expect((await saved(id)).indexed_at).not.toBeNull();
    expect(await found('marea')).toEqual([id]);
    await settle('ask');
  });

  test('a note whose model cannot be had is found by its words, and says why no model reads it', async () => {
    const { services } = site.destila;
    const id = await addNote({ texts: TIDES });
    const embedderFor = () => Promise.reject(new DestilaError('secret_unreadable'));
    const embedders = { ...services.embedders, embedderFor };
    expect((await indexJob({ ...services, embedders }, LOCAL_USER, id)).indexed_at).not.toBeNull();
    expect(await found('marea')).toEqual([id]);
    const { operations } = await site.read(jobDetailSchema, `/jobs/${id}`);
    expect(operations.map(({ kind: one }) => one)).toEqual(['index']);
  });

  test('nonsense, operators alone and strange signs find nothing, and break nothing', async () => {
    await indexed(await addNote({ texts: TIDES }));
    for (const q of [
      "'",
      '"',
      '\\',
      ':*',
      '& | !',
      '-',
      '-marea',
      '%',
      '🍞',
      '" -',
      'a'.repeat(400),
      "x'); drop table",
      '%_\\',
      ':*&|!<->',
      'de la',
      '¿? …',
      '-- /* */',
      '\u202eaeram',
      '潮の満ち引き',
      ' " OR " ',
    ]) {
      const answer = await site.api(`/search?${new URLSearchParams({ q, by: 'words' })}`);
      expect(answer.status, q).toBe(200);
    }
    const wrong = [
      ['q', 'a'.repeat(10_000)],
      ['q', '\0'],
      ['q', '  '],
      ['from', '0000-01-01'],
      ['to', 'today'],
    ] as const;
    for (const [name, value] of wrong) {
      const query = new URLSearchParams({ q: 'marea', by: 'words' });
      query.set(name, value);
      expect((await site.api(`/search?${query}`)).status, `${name}=${value.slice(0, 40)}`).toBe(400);
    }
  });

  test('emoji, code, another script and very long notes are indexed and found', async () => {
    const id = await addNote({
      texts: ['🍞🍞', '日本語の全文検索', 'مرحبا بالعالم', ' ', 'x'.repeat(50_000), ...Array(2_000).fill(TIDES[1])],
      markdown: '```sql\nselect pg_sleep(1);\n```\n',
    });
    await indexed(id);
    for (const q of ['pg_sleep', '日本語', 'مرحبا', 'marea']) expect(await found(q), q).toContain(id);
    const empty = await addNote({ texts: ['🍞'], markdown: '🍞\n' });
    await indexed(empty);
    expect(await found('🍞')).toEqual([]);
  });

  if (knowsMeaning) {
    test('a model that does not answer leaves the search to the words, and it says so', async () => {
      const id = await addNote({ texts: TIDES });
      await indexed(id);
      models.refuse(503);
      const { hits, meaning } = await search('marea');
      expect(meaning).toBe('failed');
      expect(hits.map(({ job_id }) => job_id)).toEqual([id]);
    });

    test('a model that goes by the name of another, with vectors of another dimension, reads the notes anew', async () => {
      const id = await addNote({ texts: TIDES });
      await indexed(id);
      models.distort = (vectors) => vectors.map((vector) => vector.slice(0, 32));
      try {
        expect((await search('the moon')).meaning).toBe('nothing_read');
        await refreshIndex(site.destila.services, LOCAL_USER);
        await until(async () => (await search('the moon')).meaning === 'used');
      } finally {
        models.distort = (vectors) => vectors;
      }
    });

    test('reading is tried again by itself, and goes on where it was', async () => {
      const id = await addNote({ texts: TIDES });
      models.refuse(429);
      await indexed(id);
      expect((await search('the moon')).hits[0]).toMatchObject({ job_id: id, found_by: 'meaning' });
    });

    test('taken out of the index, a note is sent to no model any more', async () => {
      const id = await addNote({ texts: Array.from({ length: 900 }, (_, n) => `${TIDES[1]} ${n}.`) });
      models.delay = 20_000;
      try {
        await index(id);
        await reading(id, 'waiting');
        await site.api(`/jobs/${id}/index`, { method: 'DELETE' });
        await reading(id, 'cancelled');
      } finally {
        models.delay = 0;
      }
      await index(id);
      await reading(id, 'done');
      expect(await notes('moon tides', { by: 'meaning' })).toEqual([id]);
    });

    test('a note that is deleted while it is read leaves nothing; brought back, it is read to its end', async () => {
      const { database } = site.destila.services;
      const id = await addNote({ texts: TIDES });
      const isHeld = async (jobId: string) => {
        const held = 'select from operations where job_id = $1 and worker_id is not null';
        return (await database.query(held, [jobId])).length > 0;
      };
      models.delay = 20_000;
      try {
        await index(id);
        await until(() => isHeld(id));
        await site.api(`/jobs/${id}`, { method: 'DELETE' });
        await database.query('delete from processing_jobs where id = $1', [id]);
        const other = await addNote({ texts: TIDES });
        await index(other);
        await until(() => isHeld(other));
        await site.api(`/jobs/${other}`, { method: 'DELETE' });
        await until(async () => !(await isHeld(other)));
        models.delay = 0;
        await site.api(`/jobs/${other}/restore`, { method: 'POST' });
        await reading(other, 'done');
        const owners = await database.query<{ job_id: string }>(
          'select distinct job_id from search.vectors v join search_chunks c on c.id = v.chunk_id',
        );
        expect(owners).toEqual([{ job_id: other }]);
      } finally {
        models.delay = 0;
      }
    });

    test('a question with an "or" in it is asked of the model; OR between words, and phrases in the quotes of a phone, are not', async () => {
      await indexed(await addNote({ texts: TIDES }));
      expect((await search('is it the moon or the sun')).meaning).toBe('used');
      for (const q of ['moon OR sun', '“moon tides”', '«marea sube»'])
        expect((await search(q)).meaning, q).toBe('not_asked');
      expect((await search('«marea sube»')).hits).toHaveLength(1);
      expect((await search('“sube marea”')).hits).toEqual([]);
    });

    test('a key that is refused is said on the note, which is found by its words; asked again, it is read', async () => {
      const id = await addNote({ texts: TIDES });
      models.refuse(401);
      await index(id);
      await reading(id, 'failed');
      const { operations } = await site.read(jobDetailSchema, `/jobs/${id}`);
      expect(operations.find(({ kind: one }) => one === 'index')?.error_code).toBe('llm_key_refused');
      expect(await search('marea')).toMatchObject({
        meaning: 'nothing_read',
        hits: [{ job_id: id, found_by: 'words' }],
      });
      await index(id);
      await until(async () => (await search('the moon')).meaning === 'used');
    });

    test('what could not be read is left for a day, unless something of the model was changed', async () => {
      const id = await addNote({ texts: TIDES });
      models.refuse(401);
      await index(id);
      await reading(id, 'failed');
      const { services } = site.destila;
      await refreshIndex(services, LOCAL_USER);
      await reading(id, 'failed');
      await refreshIndex(services, LOCAL_USER, { isChanged: true });
      await reading(id, 'done');
    });
  }

  test('the settings say what reads the notes', async () => {
    const { embeddings } = await site.read(settingsSchema, '/settings');
    expect(embeddings).toBe(knowsMeaning ? 'openai-compatible:test-64' : null);
  });
});

test('with another model, notes are read anew in the background, while the one before answers for the rest', async () => {
  const models = startEmbeddingServer();
  await using site = await startTestDestila('pglite', {
    EMBEDDINGS: 'openai-compatible:old-32',
    EMBEDDINGS_BASE_URL: models.baseUrl,
  });
  const { database, embedders } = site.destila.services;
  const byModel = () =>
    database.query('select model, dimension, count(*) as chunks from search.vectors group by 1, 2 order by 1');
  try {
    const segments = (texts: string[]) => texts.map((text, id) => ({ id, start: id * 30, end: id * 30 + 30, text }));
    const tides = await addReadyJob(site, { segments: segments(TIDES) });
    const bread = await addReadyJob(site, { segments: segments(BREAD), title: 'Otro' });
    for (const id of [tides, bread]) await site.api(`/jobs/${id}/index`, { method: 'POST' });
    await until(async () => models.read.length === 4);
    await until(async () => (await byModel()).length === 1);

    // As after a start with the other model, which has read one of the notes so far.
    const next = hostedEmbedder('openai-compatible', 'new-48', { baseURL: models.baseUrl, key: undefined, fetch });
    const unread = await unreadChunks(database, bread, next);
    const vectors = await next.embed(unread.map(contextualText), 'passage', new AbortController().signal);
    await putVectors(
      database,
      next.name,
      unread.map(({ id }, at) => ({ id, embedding: vectors[at] ?? [] })),
    );
    expect(await byModel()).toHaveLength(2);

    const both = {
      ...embedders,
      named: async (userId: string, name: string) => (name === next.name ? next : embedders.named(userId, name)),
    };
    const userId = (await database.query<{ user_id: string }>('select user_id from processing_jobs'))[0]?.user_id ?? '';
    const firstTwo = async (q: string) => {
      const library = { ...site.destila.services, embedders: both };
      const { hits } = await searchLibrary(library, userId, { q, limit: 2, by: 'meaning' });
      return hits.map(({ job_id }) => job_id);
    };
    expect(await firstTwo('moon tides')).toContain(tides);
    expect(await firstTwo('sourdough')).toContain(bread);

    // Each for itself: what one has read is found although the other does not answer.
    const away = { ...next, embed: () => Promise.reject(new DestilaError('llm_failed')) };
    const named = async (id: string, name: string) => (name === next.name ? away : embedders.named(id, name));
    const half = { ...site.destila.services, embedders: { ...embedders, named } };
    const { hits, meaning } = await searchLibrary(half, userId, { q: 'moon tides', limit: 2, by: 'meaning' });
    expect(meaning).toBe('used');
    expect(hits.map(({ job_id }) => job_id)).toContain(tides);

    await refreshIndex(site.destila.services, userId);
    await until(async () => (await byModel()).length === 1);
  } finally {
    await models.stop();
  }
});

test('what an English video says is found by meaning with no server at all', async () => {
  await using site = await startTestDestila('pglite', { EMBEDDINGS: 'offline' });
  const texts = [
    'The central bank makes borrowing expensive so that prices stop rising.',
    'Families wait before they buy a house.',
  ];
  const segments = texts.map((text, id) => ({ id, start: id * 30, end: id * 30 + 30, text }));
  const id = await addReadyJob(site, { segments, title: 'Money', language: 'en', markdown: 'A short summary.\n' });
  await site.api(`/jobs/${id}/index`, { method: 'POST' });
  const search = (q: string) => site.read(searchResultSchema, `/search?${new URLSearchParams({ q })}`);
  await until(async () => (await search('how is inflation fought')).meaning === 'used');
  expect((await search('how is inflation fought')).hits[0]).toMatchObject({ job_id: id, found_by: 'meaning' });
  expect(await search('cómo se combate la inflación')).toEqual({ hits: [], meaning: 'other_language' });
});

test('where the only model knows English, and the notes are Spanish, it is not said that it will read them', async () => {
  await using site = await startTestDestila('pglite', { EMBEDDINGS: 'offline' });
  await site.api(`/jobs/${await addReadyJob(site)}/index`, { method: 'POST' });
  for (const q of ['mareas', 'the moon and the tides']) {
    const { meaning } = await site.read(searchResultSchema, `/search?${new URLSearchParams({ q })}`);
    expect(meaning, q).toBe('other_language');
  }
});

test('what was indexed while it was read on this machine goes to no other before its person agrees, and to none once they take that back', async () => {
  const models = startEmbeddingServer();
  await using site = await startTestDestila('pglite');
  const { services } = site.destila;
  const here = 'offline:universal-sentence-encoder-lite';
  // An address that is no loopback's, and leads to it all the same.
  const address = models.baseUrl.replace('127.0.0.1', '0.0.0.0');
  const { host } = new URL(address);
  const edit = async (json: Record<string, unknown>) =>
    settingsSchema.parse(await (await site.api('/settings', { json, method: 'PATCH' })).json());
  const readers = async () =>
    (await services.database.query<{ model: string }>('select distinct model from search.vectors')).map(
      ({ model }) => model,
    );
  const readBy = (model: string) => until(async () => (await readers()).join() === model);
  const addEnglish = async () => {
    const segments = [{ id: 0, start: 0, end: 30, text: 'The tides rise and fall twice a day.' }];
    const id = await addReadyJob(site, { segments, title: 'Sea', language: 'en', markdown: 'A short summary.\n' });
    await site.api(`/jobs/${id}/index`, { method: 'POST' });
  };
  try {
    await addEnglish();
    await readBy(here);
    const chosen = await edit({ llm: 'ollama:llama3.2:3b', llm_base_url: address });
    expect(chosen).toMatchObject({ embeddings: here, outside_reader: { host, notes: 1 }, index_reader: null });
    await refreshIndex(services, LOCAL_USER);
    await addEnglish();
    const unfinished = `select from operations where kind = 'index' and status = 'waiting'`;
    await until(async () => (await services.database.query(unfinished)).length === 0);
    const { meaning } = await site.read(searchResultSchema, '/search?q=moon+tides');
    expect({ meaning, readers: await readers(), sent: models.read }).toEqual({
      meaning: 'used',
      readers: [here],
      sent: [],
    });

    expect(await edit({ index_reader: host })).toMatchObject({ embeddings: 'ollama:nomic-embed-text:latest' });
    await readBy('ollama:nomic-embed-text:latest');
    // As after choosing yet another: until that is answered, what was read stays, and answers.
    await edit({ index_reader: 'another.example' });
    await refreshIndex(services, LOCAL_USER);
    expect(await services.database.query(unfinished)).toEqual([]);
    expect((await site.read(searchResultSchema, '/search?q=moon+tides')).meaning).toBe('used');
    models.read.length = 0;
    expect(await edit({ index_reader: 'here' })).toMatchObject({ embeddings: here });
    await addEnglish();
    await readBy(here);
    await site.read(searchResultSchema, '/search?q=moon+tides');
    expect(models.read).toEqual([]);
  } finally {
    await models.stop();
  }
});
