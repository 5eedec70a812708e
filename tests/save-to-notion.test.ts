import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { type JobDetail, jobDetailSchema, processingJobSchema } from '@destila/contracts';
import { startTestDestila, type TestDestila } from './destila.ts';
import { NotionServer, outline } from './fakes/notion-server.ts';

const SAMPLE = join(import.meta.dir, '../examples/la-luna-y-las-mareas.mp4');

async function readySample(site: TestDestila): Promise<JobDetail> {
  const upload = { method: 'POST', body: Bun.file(SAMPLE) };
  const { id } = await site.read(processingJobSchema, '/jobs/upload?filename=luna.mp4', upload);
  const ready = Promise.withResolvers<JobDetail>();
  const look = async () => {
    const job = await site.read(jobDetailSchema, `/jobs/${id}`);
    if (job.status === 'ready') ready.resolve(job);
  };
  const stop = site.destila.services.events.onChanged(() => void look().catch(ready.reject));
  await look();
  return ready.promise.finally(stop);
}

test('with Notion connected, a ready job is saved as one page there, however often, and whatever answer is lost', async () => {
  const notion = await NotionServer.start();
  await using site = await startTestDestila('pglite', {
    NOTION_TOKEN: notion.token,
    NOTION_DATA_SOURCE_ID: notion.dataSourceId,
    NOTION_BASE_URL: notion.url,
  });
  try {
    const { id } = await readySample(site);
    const save = () => site.api(`/jobs/${id}/save`, { method: 'POST' });

    notion.failNext('POST /v1/pages', 'drop');
    expect((await save()).status).toBe(502);
    expect(await site.read(jobDetailSchema, `/jobs/${id}`)).toMatchObject({ status: 'ready', saved_at: null });

    const saved = processingJobSchema.parse(await (await save()).json());
    expect(saved).toMatchObject({ status: 'saved', saved_to: 'notion', notion_page_id: notion.pages[0]?.id });
    expect((await save()).status).toBe(200);
    expect(notion.pages).toHaveLength(1);

    const text = outline(notion.pages[0]?.children ?? []).join('\n');
    expect(text).toContain('Mareas vivas y mareas muertas');
    expect(JSON.stringify(notion.pages[0])).toContain(`${site.url}/jobs/${id}?t=43`);
  } finally {
    notion.stop();
  }
});
