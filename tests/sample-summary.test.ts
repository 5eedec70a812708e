import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { type JobDetail, jobDetailSchema, processingJobSchema } from '@destila/contracts';
import { startTestDestila } from './destila.ts';
import { startMediaSite } from './fakes/media-site.ts';

const EXAMPLES = join(import.meta.dir, '../examples');
const SAMPLE = 'la-luna-y-las-mareas.mp4';
const SUMMARY = join(EXAMPLES, 'la-luna-y-las-mareas.md');

test("the summary in examples/ is what Destila makes of the sample without a model, with links into the video's file", async () => {
  const media = await startMediaSite({ root: EXAMPLES });
  await using site = await startTestDestila('pglite', { ALLOW_PRIVATE_NETWORK: 'on' });
  try {
    const json = { url: `${media.url}/${SAMPLE}` };
    const { id } = await site.read(processingJobSchema, '/jobs', { json });
    const ready = Promise.withResolvers<JobDetail>();
    const look = async () => {
      const job = await site.read(jobDetailSchema, `/jobs/${id}`);
      if (job.status === 'ready') ready.resolve(job);
      if (job.status === 'failed') ready.reject(new Error(job.error_message ?? 'failed'));
    };
    const stop = site.destila.services.events.onChanged(() => void look().catch(ready.reject));
    await look();
    const { video_title, summary_markdown } = await ready.promise.finally(stop);
    const summary = `# ${video_title}\n\n${summary_markdown?.replaceAll(`${media.url}/`, '')}`;
    expect(summary).toBe(await Bun.file(SUMMARY).text());
  } finally {
    await media.close();
  }
}, 60_000);
