import { afterEach, beforeEach, expect, test } from 'bun:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { addUser, freshPostgresUrl } from '../../../../tests/databases.ts';
import { createQueue } from '../queue/queue.ts';
import type { Database } from './database.ts';
import { listenToJobs } from './listen.ts';
import { connectPostgres } from './postgres.ts';

let url: string;
let other: Database;
let heard: Set<string>;
let breaks: unknown[];
let listener: Disposable;

beforeEach(async () => {
  url = await freshPostgresUrl();
  other = connectPostgres(url, () => {});
  heard = new Set();
  breaks = [];
  listener = listenToJobs(
    url,
    (jobId) => heard.add(jobId),
    (error) => breaks.push(error),
  );
});
afterEach(async () => {
  listener[Symbol.dispose]();
  await other.close();
});

/** What is notified before the listener is there is lost: says it until it is heard. */
async function untilHeard(word: string): Promise<void> {
  while (!heard.has(word)) {
    await other.query("select pg_notify('destila_jobs', $1)", [word]);
    await sleep(10);
  }
}

const connections = () =>
  other.query<{ pid: number }>(
    "select pid from pg_stat_activity where application_name = 'destila-listen' and datname = current_database()",
  );

test('a job that another process adds is heard of by its id', async () => {
  await untilHeard('ready');
  const added = await createQueue(other).enqueue({
    userId: await addUser(other),
    url: 'https://example.com/a',
    sourceKey: 'a',
  });
  while (!heard.has(added.jobId)) await sleep(1);
});

test('a listener whose connection was cut says why and listens again', async () => {
  await untilHeard('ready');
  const [before] = await connections();
  await other.query('select pg_terminate_backend($1)', [before?.pid]);
  await untilHeard('again');
  expect(String(breaks.map((error) => Bun.inspect(error)))).toContain('terminating connection');
  const after = await connections();
  expect(after).toHaveLength(1);
  expect(after).not.toEqual([before]);
});

test('a listener that is disposed of leaves no connection behind', async () => {
  await untilHeard('ready');
  listener[Symbol.dispose]();
  while ((await connections()).length > 0) await sleep(10);
  expect(breaks).toEqual([]);
});
