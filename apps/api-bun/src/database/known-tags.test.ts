import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { addUser, DATABASES, freshDatabase } from '../../../../tests/databases.ts';
import { createQueue } from '../queue/queue.ts';
import type { Database } from './database.ts';
import { listKnownTags } from './known-tags.ts';

describe.each(DATABASES)('known tags on %s', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await freshDatabase(kind);
  });
  afterAll(() => database.close());

  async function addJob(userId: string, tags: string[], isDeleted = false): Promise<string> {
    const url = `https://example.com/${crypto.randomUUID()}`;
    const { jobId } = await createQueue(database).enqueue({ userId, url, sourceKey: url });
    await database.query(
      'update processing_jobs set ai_tags = $2::jsonb, deleted_at = case when $3::boolean then now() end where id = $1',
      [jobId, JSON.stringify(tags), isDeleted],
    );
    return jobId;
  }

  test("are those of the person's other notes, the most used first", async () => {
    const [person, stranger] = [await addUser(database), await addUser(database)];
    await addJob(person, ['pan', 'masa']);
    await addJob(person, ['masa', 'horno']);
    const own = await addJob(person, ['propia']);
    await addJob(person, ['borrada'], true);
    await addJob(stranger, ['ajena']);
    expect(await listKnownTags(database, person, own)).toEqual(['masa', 'horno', 'pan']);
    expect(await listKnownTags(database, await addUser(database), own)).toEqual([]);
  });
});
