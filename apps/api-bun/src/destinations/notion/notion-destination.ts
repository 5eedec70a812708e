import { DestilaError } from '@destila/contracts';
import {
  APIErrorCode,
  Client,
  type CreatePageResponse,
  isFullBlock,
  isFullPage,
  isHTTPResponseError,
  iteratePaginatedAPI,
} from '@notionhq/client';
import type { Destination, Note, PublishContext, Published } from '../destination.ts';
import { appendBlocks } from './append-blocks.ts';
import { blocksOf } from './blocks.ts';
import { toDestilaError } from './notion-error.ts';
import { IMPORT_KEY_PROPERTY, type PageProperties, pageProperties, propertiesOf } from './page-properties.ts';

/** Milliseconds. A note of many hundred blocks takes some ten requests; Notion allows about three a second. */
const PUBLISH_DEADLINE = 90_000;
const REQUEST_TIMEOUT = 30_000;
/** Milliseconds at most that a `Retry-After` is waited for within one call. */
const MAX_RETRY_DELAY = 20_000;

export interface NotionOptions {
  token: string;
  dataSourceId: string;
  /** Where Notion's API is; absent: Notion itself. */
  baseUrl?: string | undefined;
}

/**
 * Notes as pages of a Notion data source. Notion knows no idempotency keys, so each page carries its import key: before a
 * page is made, it is looked for, and a call that was cut off anywhere is simply made again.
 */
export class NotionDestination implements Destination {
  readonly name = 'notion';

  constructor(private readonly options: NotionOptions) {}

  async publish(note: Note, context: PublishContext): Promise<Published> {
    const notion = this.connect(AbortSignal.any([context.signal, AbortSignal.timeout(PUBLISH_DEADLINE)]));
    try {
      const schema = await propertiesOf(notion, this.options.dataSourceId);
      const properties = pageProperties(schema, note);
      const existing = (await livePage(notion, context.previous)) ?? (await this.findPage(notion, note.importKey));
      const page = existing
        ? await notion.pages.update({ page_id: existing, properties })
        : await this.createPage(notion, properties);
      await context.keepExternalId(page.id);
      if (existing) await clearPage(notion, page.id);
      await appendBlocks(notion, page.id, blocksOf(note.markdown));
      return { externalId: page.id, location: isFullPage(page) ? page.url : page.id };
    } catch (error) {
      context.signal.throwIfAborted();
      throw toDestilaError(error);
    }
  }

  async examine(signal: AbortSignal): Promise<void> {
    const notion = this.connect(signal);
    try {
      await notion.users.me({});
      await notion.dataSources.retrieve({ data_source_id: this.options.dataSourceId });
    } catch (error) {
      signal.throwIfAborted();
      throw toDestilaError(error);
    }
  }

  /** The client knows no signals and leaves the network's errors as they are: both are seen to where it fetches. */
  private connect(signal: AbortSignal): Client {
    return new Client({
      auth: this.options.token,
      ...(this.options.baseUrl && { baseUrl: this.options.baseUrl }),
      timeoutMs: REQUEST_TIMEOUT,
      retry: { maxRetries: 2, maxRetryDelayMs: MAX_RETRY_DELAY },
      logger: () => {},
      fetch: async (url, { method, headers, body } = {}) => {
        try {
          const response = await fetch(url, { method, headers, body, signal });
          const text = await response.text();
          return { ok: response.ok, status: response.status, headers: response.headers, text: async () => text };
        } catch (error) {
          throw new DestilaError('notion_unavailable', { detail: String(error), cause: error });
        }
      },
    });
  }

  /** The oldest, should a person have copied the page. */
  private async findPage(notion: Client, importKey: string): Promise<string | null> {
    const { results } = await notion.dataSources.query({
      data_source_id: this.options.dataSourceId,
      filter: { property: IMPORT_KEY_PROPERTY, rich_text: { equals: importKey } },
      sorts: [{ timestamp: 'created_time', direction: 'ascending' }],
      page_size: 1,
    });
    return results[0]?.id ?? null;
  }

  private createPage(notion: Client, properties: PageProperties): Promise<CreatePageResponse> {
    return notion.pages.create({ parent: { data_source_id: this.options.dataSourceId }, properties });
  }
}

/** The page of an earlier call, unless a person threw it away. */
async function livePage(notion: Client, pageId: string | null): Promise<string | null> {
  if (pageId === null) return null;
  try {
    const page = await notion.pages.retrieve({ page_id: pageId });
    return isFullPage(page) && page.in_trash ? null : page.id;
  } catch (error) {
    if (isHTTPResponseError(error) && error.code === APIErrorCode.ObjectNotFound) return null;
    throw error;
  }
}

/** Pages and databases that a person put inside the note's page stay, in whatever way they came there. */
async function clearPage(notion: Client, pageId: string): Promise<void> {
  const ours: string[] = [];
  let hasTheirs = false;
  for await (const block of iteratePaginatedAPI(notion.blocks.children.list, { block_id: pageId })) {
    if (isFullBlock(block) && (block.type === 'child_page' || block.type === 'child_database')) hasTheirs = true;
    else ours.push(block.id);
  }
  if (ours.length === 0) return;
  if (!hasTheirs) await notion.pages.update({ page_id: pageId, erase_content: true });
  else for (const id of ours) await notion.blocks.delete({ block_id: id });
}
