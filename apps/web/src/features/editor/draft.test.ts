import { afterEach, beforeEach, expect, test } from 'bun:test';
import type { EditJobRequest, JobDetail, JobListItem } from '@destila/contracts';
import { ApiError } from '../../lib/api.ts';
import { aJob } from '../jobs/a-job.fixture.ts';
import { Draft, type DraftFields } from './draft.ts';

const KEY = `destila:draft:${aJob().id}`;
const kept = new Map<string, string>();

beforeEach(() => {
  kept.clear();
  // The browser's storage is outside of what is tested here.
  Object.assign(globalThis, {
    localStorage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
      removeItem: (key: string) => kept.delete(key),
    },
  });
});
afterEach(() => Reflect.deleteProperty(globalThis, 'localStorage'));

/** A server with one job, that checks versions as the real one does. */
function aServer(fields: Partial<JobDetail> = {}) {
  const server = {
    job: aDetail(fields),
    received: [] as EditJobRequest[],
    fails: null as Error | null,
    edit(version: number, changes: EditJobRequest): Promise<JobListItem> {
      if (server.fails) return Promise.reject(server.fails);
      if (version !== server.job.version) return Promise.reject(new ApiError('version_conflict'));
      server.received.push(changes);
      server.job = { ...server.job, ...changes, version: version + 1 };
      return Promise.resolve(server.job);
    },
  };
  return server;
}

function aDetail(fields: Partial<JobDetail>): JobDetail {
  const texts = { transcription: null, summary_markdown: 'Uno.\n', key_points: [] };
  const rest = {
    segments: [],
    chapters: [],
    operations: [],
    transcript_origin: null,
    summarized_by: null,
    summary_facts: null,
    suggested_category_id: null,
  };
  return { ...aJob({ status: 'ready', video_title: 'Título', version: 3 }), ...texts, ...rest, ...fields };
}

function open(server: ReturnType<typeof aServer>, job = server.job): Draft {
  return new Draft({
    job,
    send: (version, changes) => server.edit(version, changes),
    fetchJob: () => Promise.resolve(server.job),
    onSaved: () => {},
    delay: 60_000,
    retryDelay: 60_000,
  });
}

test('opening and closing a note sends nothing', async () => {
  const server = aServer();
  const draft = open(server);
  expect(draft.unsaved).toBe(false);
  expect(await draft.flush()).toBe(true);
  expect(server.received).toEqual([]);
});

test('only what changed is sent; a change taken back is none', async () => {
  const server = aServer();
  const draft = open(server);
  draft.change({ summary_markdown: 'Dos.\n' });
  expect(draft.snapshot().state).toBe('dirty');
  await draft.flush();
  expect(server.received).toEqual([{ summary_markdown: 'Dos.\n' }]);
  draft.change({ video_title: 'Otro' });
  draft.change({ video_title: 'Título' });
  expect(draft.snapshot().state).toBe('clean');
  await draft.flush();
  expect(server.received).toHaveLength(1);
});

test('what is typed while a save is under way is sent after it', async () => {
  const server = aServer();
  const draft = open(server);
  draft.change({ summary_markdown: 'Dos.\n' });
  const saved = draft.flush();
  draft.change({ summary_markdown: 'Tres.\n' });
  await saved;
  expect(server.job.summary_markdown).toBe('Tres.\n');
  expect(draft.unsaved).toBe(false);
});

test('changes stay in the browser until the server has confirmed them, and come back after a closed tab', async () => {
  const server = aServer();
  server.fails = new ApiError('network');
  const closed = open(server);
  closed.change({ summary_markdown: 'Sin red.\n' });
  await closed.flush();
  expect(closed.snapshot().state).toBe('offline');
  expect(kept.has(KEY)).toBe(true);

  server.fails = null;
  const draft = open(server);
  expect(draft.restored).toBe(true);
  expect(draft.snapshot().fields.summary_markdown).toBe('Sin red.\n');
  await draft.flush();
  expect(server.job.summary_markdown).toBe('Sin red.\n');
  expect(kept.has(KEY)).toBe(false);
});

test('two windows that change different things are both kept', async () => {
  const server = aServer();
  const draft = open(server);
  draft.change({ ai_tags: ['mías'] });
  await server.edit(3, { summary_markdown: 'De la otra.\n' });
  expect(await draft.flush()).toBe(true);
  expect(server.job).toMatchObject({ ai_tags: ['mías'], summary_markdown: 'De la otra.\n' });
  expect(draft.snapshot()).toMatchObject({ epoch: 1, fields: { summary_markdown: 'De la otra.\n' } });
});

/** Both windows have changed the summary. */
async function aConflict() {
  const server = aServer();
  const draft = open(server);
  draft.change({ summary_markdown: 'La mía.\n' });
  await server.edit(3, { summary_markdown: 'La otra.\n' });
  expect(await draft.flush()).toBe(false);
  expect(draft.snapshot()).toMatchObject({ state: 'conflict', fields: { summary_markdown: 'La mía.\n' } });
  expect(server.job.summary_markdown).toBe('La otra.\n');
  return { server, draft };
}

test('the same field changed in two windows waits for the person: keep mine, and still undo', async () => {
  const { server, draft } = await aConflict();
  const undo = draft.settle('mine');
  await draft.flush();
  expect(server.job.summary_markdown).toBe('La mía.\n');
  undo();
  await draft.flush();
  expect(server.job.summary_markdown).toBe('La otra.\n');
});

test('the same field changed in two windows waits for the person: load theirs, and still undo', async () => {
  const { server, draft } = await aConflict();
  const undo = draft.settle('theirs');
  expect(await draft.flush()).toBe(true);
  expect(draft.snapshot()).toMatchObject({ state: 'clean', fields: { summary_markdown: 'La otra.\n' } });
  undo();
  await draft.flush();
  expect(server.job.summary_markdown).toBe('La mía.\n');
});

test('unsent changes of an earlier visit never overwrite a newer version by themselves', () => {
  const changes: Partial<DraftFields> = { summary_markdown: 'Vieja.\n' };
  kept.set(KEY, JSON.stringify({ version: 2, changes }));
  const draft = open(aServer());
  expect(draft.snapshot()).toMatchObject({ state: 'conflict', fields: { summary_markdown: 'Vieja.\n' } });
});

test('an edit in another window shows up in a window at rest', async () => {
  const server = aServer();
  const draft = open(server);
  await server.edit(3, { summary_markdown: 'De la otra.\n' });
  draft.adopt(server.job);
  expect(draft.snapshot()).toMatchObject({ state: 'clean', epoch: 1, fields: { summary_markdown: 'De la otra.\n' } });
});

test('an emptied summary is not sent: the person is still writing', async () => {
  const server = aServer();
  const draft = open(server);
  draft.change({ summary_markdown: '' });
  expect(await draft.flush()).toBe(false);
  expect(server.received).toEqual([]);
  expect(draft.snapshot().state).toBe('dirty');
});

test('an edit the server refuses says so, and is tried again with the next change', async () => {
  const server = aServer();
  const draft = open(server);
  server.fails = new ApiError('invalid_request');
  draft.change({ video_title: 'x' });
  await draft.flush();
  expect(draft.snapshot().state).toBe('failed');
  server.fails = null;
  draft.change({ video_title: 'y' });
  expect(await draft.flush()).toBe(true);
  expect(server.job.video_title).toBe('y');
});
