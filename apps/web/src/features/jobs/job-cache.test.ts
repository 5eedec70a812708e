import { expect, test } from 'bun:test';
import type { JobListItem } from '@destila/contracts';
import { QueryClient } from '@tanstack/react-query';
import { aJob } from './a-job.fixture.ts';
import { applyJobEvent, type JobPages, jobKeys, withJob, withoutJob } from './job-cache.ts';

const FIRST = aJob({ id: '0198a000-0000-7000-8000-000000000001', status: 'downloading', progress: 12, version: 2 });
const SECOND = aJob({ id: '0198a000-0000-7000-8000-000000000002' });
const STRANGER = aJob({ id: '0198a000-0000-7000-8000-000000000003' });

const COUNTS = {
  all: 2,
  processing: 1,
  pending: 1,
  downloading: 1,
  transcribing: 0,
  summarizing: 0,
  ready: 0,
  saved: 0,
  failed: 0,
  cancelled: 0,
};

function pagesOf(...pages: JobListItem[][]): JobPages {
  return {
    pages: pages.map((jobs) => ({ jobs, next_cursor: null, counts: COUNTS })),
    pageParams: pages.map(() => null),
  };
}

function clientShowing(...jobs: JobListItem[]): QueryClient {
  const client = new QueryClient();
  client.setQueryData(jobKeys.list({}), pagesOf(jobs));
  return client;
}

function shown(client: QueryClient): JobListItem[] {
  return client.getQueryData<JobPages>(jobKeys.list({}))?.pages.flatMap((page) => page.jobs) ?? [];
}

test('progress changes the card it belongs to, and asks for nothing more', () => {
  const client = clientShowing(FIRST, SECOND);
  const { id, status, current_step, progress_detail, held } = FIRST;
  const job = { id, status, progress: 25, current_step, progress_detail, held };
  expect(applyJobEvent(client, { type: 'progress', job })).toBe(false);
  expect(shown(client).map((job) => job.progress)).toEqual([25, 0]);
});

test('a change of status is on the screen at once, and the counts are fetched anew', () => {
  const client = clientShowing(FIRST, SECOND);
  expect(applyJobEvent(client, { type: 'job', job: { ...FIRST, status: 'transcribing' } })).toBe(true);
  expect(shown(client)[0]?.status).toBe('transcribing');
  expect(applyJobEvent(client, { type: 'job', job: { ...FIRST, status: 'transcribing', video_title: 'T' } })).toBe(
    false,
  );
});

test('a job not yet on the screen, and missed events, make the lists be fetched', () => {
  const client = clientShowing(FIRST);
  expect(applyJobEvent(client, { type: 'job', job: STRANGER })).toBe(true);
  expect(applyJobEvent(client, { type: 'resync' })).toBe(true);
});

test('a deleted job leaves the screen', () => {
  const client = clientShowing(FIRST, SECOND);
  applyJobEvent(client, { type: 'deleted', id: FIRST.id });
  expect(shown(client)).toEqual([SECOND]);
});

test('an event that arrives late does not undo a newer edit', () => {
  const client = clientShowing({ ...FIRST, status: 'ready', video_title: 'Mine', version: 3 });
  applyJobEvent(client, { type: 'job', job: { ...FIRST, status: 'ready', video_title: 'Old', version: 2 } });
  expect(shown(client)[0]?.video_title).toBe('Mine');
});

test('pages without the job keep their identity, so nothing else renders', () => {
  const data = pagesOf([FIRST], [SECOND]);
  const changed = withJob(data, { id: SECOND.id, progress: 5 });
  expect(changed.pages[0]).toBe(data.pages[0]);
  expect(changed.pages[1]).not.toBe(data.pages[1]);
  expect(withJob(data, { id: STRANGER.id, progress: 5 })).toBe(data);
  expect(withoutJob(data, STRANGER.id)).toBe(data);
});

test('a draft is shown while it is written, stays until the note takes its place, and goes with a try that failed', () => {
  const job = { ...FIRST, status: 'summarizing', held: true } as const;
  const client = clientShowing(job);
  const draft = () => client.getQueryData(jobKeys.draft(job.id));
  applyJobEvent(client, { type: 'draft', id: job.id, markdown: '# La' });
  applyJobEvent(client, { type: 'draft', id: job.id, markdown: '# La Luna' });
  expect(draft()).toEqual({ markdown: '# La Luna', over: false });
  applyJobEvent(client, { type: 'draft', id: job.id, markdown: null });
  applyJobEvent(client, { type: 'job', job: { ...job, status: 'ready', held: false } });
  expect(draft()).toEqual({ markdown: '# La Luna', over: true });

  applyJobEvent(client, { type: 'job', job: { ...job, held: false } });
  expect(draft()).toBeNull();
  applyJobEvent(client, { type: 'draft', id: job.id, markdown: null });
  expect(draft()).toBeNull();
});
