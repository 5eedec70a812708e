import type { Database } from '../../apps/api-bun/src/database/database.ts';
import { NotionDestination } from '../../apps/api-bun/src/destinations/notion/notion-destination.ts';
import { NotionServer } from '../notion-server/notion-server.ts';
import type { StoredBlock } from '../notion-server/workspace.ts';

/** What is wrong with the pages, a line each: every note is to be one page, and that page as a save without any fault makes it. */
export async function inspectPages(
  database: Database,
  notion: NotionServer,
  notes: Map<string, string>,
): Promise<string[]> {
  const records = await database.query<{
    job_id: string;
    number: string;
    import_key: string;
    external_id: string | null;
  }>(
    `select p.job_id, j.source_key as number, p.import_key, p.external_id
     from publications p join processing_jobs j on j.id = p.job_id where j.status = 'saved' and not p.wanted`,
  );
  const violations = records.length === notes.size ? [] : [`${records.length} of ${notes.size} notes are saved`];
  const calm = await CalmSaves.start();
  try {
    for (const { job_id, number, import_key, external_id } of records) {
      const pages = notion.pages.filter((page) => JSON.stringify(page.properties).includes(import_key));
      const [page] = pages;
      if (pages.length !== 1) violations.push(`${job_id}: ${pages.length} pages`);
      if (page?.id !== external_id)
        violations.push(`${job_id}: the record names ${external_id}, the page is ${page?.id}`);
      const wanted = await calm.bodyOf(`https://example.org/${number}`, notes.get(job_id) ?? '');
      const found = linesOf(page?.children ?? []);
      if (found.join('\n') !== wanted.join('\n')) violations.push(describeDifference(job_id, wanted, found));
    }
  } finally {
    calm.stop();
  }
  if (notion.pages.length !== notes.size) violations.push(`${notion.pages.length} pages for ${notes.size} notes`);
  return violations;
}

/** All that was said of each block, a line each. */
function linesOf(blocks: readonly StoredBlock[], indent = ''): string[] {
  return blocks.flatMap(({ type, content, children }) => [
    `${indent}${type} ${JSON.stringify(content)}`,
    ...linesOf(children, `${indent}  `),
  ]);
}

function describeDifference(jobId: string, wanted: readonly string[], found: readonly string[]): string {
  const place = wanted.findIndex((line, index) => line !== found[index]);
  const line = place < 0 ? wanted.length : place;
  return `${jobId}: ${found.length} lines for ${wanted.length}; at ${line} "${found[line]}" for "${wanted[line]}"`;
}

/** Saves to a Notion that never fails. */
class CalmSaves {
  private constructor(private readonly notion: NotionServer) {}

  static async start(): Promise<CalmSaves> {
    return new CalmSaves(await NotionServer.start());
  }

  async bodyOf(url: string, markdown: string): Promise<string[]> {
    const { token, dataSourceId, url: baseUrl } = this.notion;
    const note = {
      importKey: crypto.randomUUID(),
      title: 'Vídeo',
      url,
      isEmbeddable: false,
      coverUrl: null,
      thumbnail: async () => null,
      markdown,
      transcript: [],
      category: null,
      tags: [],
      channel: null,
      published: null,
      durationSeconds: null,
      language: null,
      savedAt: new Date(),
    };
    await new NotionDestination({ token, dataSourceId, baseUrl }).publish(note, {
      kept: null,
      repeated: false,
      onConflict: 'ask',
      keep: async () => {},
      confirm: () => {},
      signal: new AbortController().signal,
    });
    return linesOf(this.notion.pages.at(-1)?.children ?? []);
  }

  stop(): void {
    this.notion.stop();
  }
}
