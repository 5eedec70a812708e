import { afterAll, beforeAll, expect, test } from 'bun:test';
import { freshDatabase } from '../../../../tests/databases.ts';
import { createJobEvents } from '../application/job-events.ts';
import type { Database } from '../database/database.ts';
import { JobStream } from './job-stream.ts';

let database: Database;
beforeAll(async () => {
  database = await freshDatabase('pglite');
});
afterAll(() => database.close());

/** What one browser has received so far, without the pauses. */
async function follow(stream: JobStream, userId: string, lastId?: string) {
  const headers = new Headers(lastId ? { 'last-event-id': lastId } : {});
  const response = stream.respond(new Request('http://localhost/api/jobs/events', { headers }), userId);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  return {
    async next(): Promise<string> {
      return (await reader?.read())?.value ?? '';
    },
  };
}

test('a draft reaches its owner’s browsers alone, also one that comes late, and is never sent again', async () => {
  const events = createJobEvents();
  const stream = new JobStream(database, events, (error) => {
    throw error;
  });
  const draft = (markdown: string | null, user_id = 'ana') => events.drafted({ id: 'job', user_id, markdown });
  const ana = await follow(stream, 'ana');
  const luis = await follow(stream, 'luis');
  await Promise.all([ana.next(), luis.next()]);
  draft('# La Luna');
  draft('hola', 'luis');
  const told = (markdown: string | null) =>
    `event: draft\ndata: ${JSON.stringify({ type: 'draft', id: 'job', markdown })}\n\n`;
  expect(await ana.next()).toBe(told('# La Luna'));
  expect(await luis.next()).toBe(told('hola'));

  draft('# La Luna y');
  const late = await follow(stream, 'ana');
  expect([await late.next(), await late.next()]).toEqual(['retry: 2000\n\n', told('# La Luna y')]);
  draft(null);
  expect(await late.next()).toBe(told(null));
  const later = await follow(stream, 'ana');
  await later.next();
  draft('otra vez');
  expect(await later.next()).toBe(told('otra vez'));
  stream.close();
});
