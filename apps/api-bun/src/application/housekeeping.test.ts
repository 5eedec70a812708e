import { expect, test } from 'bun:test';
import { mkdir, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { processingJobSchema } from '@destila/contracts';
import { startTestDestila } from '../../../../tests/destila.ts';
import { openMediaCache } from '../media/media-cache.ts';
import { keepHouse } from './housekeeping.ts';

const LIMITS = { bytes: 1000, days: 7 };

const THREE_DAYS_AGO = new Date(Date.now() - 3 * 86_400_000);

test('what killed processes left behind goes, what jobs need stays, and purged jobs take their files along', async () => {
  await using site = await startTestDestila('pglite', {}, { work: false });
  const upload = (name: string) =>
    site.read(processingJobSchema, `/jobs/upload?filename=${name}.mp4`, { method: 'POST', body: name });
  const [kept, purged] = [await upload('kept'), await upload('purged')];
  await site.api(`/jobs/${purged.id}`, { method: 'DELETE' });
  await site.destila.services.database.query(
    "update processing_jobs set deleted_at = now() - interval '8 days' where deleted_at is not null",
  );
  const uploads = join(site.dataDir, 'uploads');
  const work = join(site.dataDir, 'work');
  const claim = await site.destila.services.queue.claim('a-worker', 'downloading');
  const running = `${kept.id}-${claim?.claim_token}`;
  for (const folder of [
    join(uploads, 'cut-off'),
    join(uploads, 'just-begun'),
    join(work, `${kept.id}-0`),
    join(work, running),
  ]) {
    await mkdir(folder, { recursive: true });
  }
  const keptFolder = kept.url.split(/[:/]/)[1] ?? '';
  for (const old of [join(uploads, 'cut-off'), join(uploads, keptFolder), join(work, running)]) {
    await utimes(old, THREE_DAYS_AGO, THREE_DAYS_AGO);
  }

  using _ = keepHouse(site.destila.services, await openMediaCache(site.dataDir), LIMITS);
  while ((await readdir(uploads)).length > 2 || (await readdir(work)).length > 1) await Bun.sleep(20);
  expect((await readdir(uploads)).toSorted()).toEqual([keptFolder, 'just-begun'].toSorted());
  expect(await readdir(work)).toEqual([running]);
});

test('the cache stays within its limit as sounds are kept, without the one that is being transcribed', async () => {
  await using site = await startTestDestila('pglite', {}, { work: false });
  const { services } = site.destila;
  const cache = await openMediaCache(site.dataDir);
  const add = () =>
    site.read(processingJobSchema, `/jobs/upload?filename=a.mp4`, { method: 'POST', body: crypto.randomUUID() });
  const [running, cancelled, waiting, newest] = [await add(), await add(), await add(), await add()];
  await services.queue.claimJob('a-worker', running.id);
  await site.api(`/jobs/${cancelled.id}/cancel`, { method: 'POST' });
  const sound = join(site.dataDir, 'sound');
  await Bun.write(sound, 'x'.repeat(600));
  for (const job of [running, cancelled, waiting]) {
    await utimes(await cache.keep(job.id, sound), THREE_DAYS_AGO, THREE_DAYS_AGO);
  }
  const abandoned = join(site.dataDir, 'cache', 'a-copy.part');
  await Bun.write(abandoned, 'cut off');
  await utimes(abandoned, THREE_DAYS_AGO, THREE_DAYS_AGO);

  using _ = keepHouse(services, cache, { ...LIMITS, bytes: 1300 });
  const kept = async () => new Set((await cache.list()).map(({ jobId }) => jobId));
  await until(async () => (await kept()).size === 2 && !(await Bun.file(abandoned).exists()));
  expect(await kept()).toEqual(new Set([running.id, waiting.id]));

  await cache.keep(newest.id, sound);
  await until(async () => (await kept()).size === 2);
  expect(await kept()).toEqual(new Set([running.id, newest.id]));
});

/** Rejects when it does not become true in time. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = AbortSignal.timeout(20_000);
  while (!(await holds())) {
    deadline.throwIfAborted();
    await Bun.sleep(20);
  }
}
