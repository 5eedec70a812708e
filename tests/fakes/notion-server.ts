import { createServer, type IncomingMessage } from 'node:http';
import { z } from 'zod';

/** https://developers.notion.com/reference/request-limits */
const LIMITS = { text: 2000, url: 2000, children: 100, blocks: 1000, richTexts: 100, options: 100, bytes: 500_000 };
const VERSION = '2025-09-03';

const richTextSchema = z.object({
  text: z.object({ content: z.string(), link: z.object({ url: z.string() }).nullish() }),
  annotations: z.record(z.string(), z.boolean()).optional(),
});
const propertySchema = z.union([
  z.object({ title: z.array(richTextSchema) }),
  z.object({ rich_text: z.array(richTextSchema) }),
  z.object({ url: z.string().nullable() }),
  z.object({ select: z.object({ name: z.string() }).nullable() }),
  z.object({ multi_select: z.array(z.object({ name: z.string() })) }),
]);
type RichText = z.infer<typeof richTextSchema>;
type Property = z.infer<typeof propertySchema>;

export interface FakeBlock {
  id: string;
  type: string;
  /** What the request said of it, without its children. */
  content: Record<string, unknown>;
  text: string;
  children: FakeBlock[];
}
export interface FakePage {
  id: string;
  url: string;
  inTrash: boolean;
  properties: Record<string, Property>;
  children: FakeBlock[];
}
interface Fault {
  /** The request that it befalls: `POST /v1/pages`. */
  request: string;
  /** `drop` carries the request out and closes the connection without an answer. */
  answer: 'drop' | { status: number; code: string; retryAfter?: number };
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: object;
}
const JSON_HEADERS = { 'content-type': 'application/json' };

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** A server on this machine that answers as Notion's API documents for pages, blocks and data sources, limits included. */
export class NotionServer {
  url = '';
  readonly token = 'ntn_test';
  readonly dataSourceId = crypto.randomUUID();
  /** Property names and their types. */
  schema: Record<string, string> = { Nombre: 'title', Enlace: 'url', Categoría: 'select', Etiquetas: 'multi_select' };
  readonly pages: FakePage[] = [];
  /** `METHOD /path` with ids written as `:id`, in the order they came. */
  readonly requests: string[] = [];
  private readonly faults: Fault[] = [];
  private readonly server = createServer((request, response) => {
    this.answer(request).then(
      (answer) => {
        if (answer === 'drop') response.destroy();
        else response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body));
      },
      (error: Error) => response.destroy(error),
    );
  });

  static async start(): Promise<NotionServer> {
    const notion = new NotionServer();
    await new Promise<void>((resolve) => notion.server.listen(0, '127.0.0.1', resolve));
    const address = notion.server.address();
    if (!address || typeof address === 'string') throw new Error('the server has no port');
    notion.url = `http://127.0.0.1:${address.port}`;
    return notion;
  }

  /** The next request of that kind meets this, once. */
  failNext(request: string, answer: Fault['answer']): void {
    this.faults.push({ request, answer });
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage): Promise<Answer | 'drop'> {
    const url = new URL(request.url ?? '/', this.url);
    const kind = `${request.method} ${url.pathname.replaceAll(/[0-9a-f-]{36}/g, ':id')}`;
    this.requests.push(kind);
    const place = this.faults.findIndex((fault) => fault.request === kind);
    const [fault] = place < 0 ? [] : this.faults.splice(place, 1);
    try {
      if (fault && fault.answer !== 'drop') return failure(fault.answer);
      const body = this.carryOut(request, kind, url, await bodyOf(request));
      return fault ? 'drop' : { status: 200, headers: JSON_HEADERS, body };
    } catch (error) {
      if (error instanceof Refusal) return failure({ status: error.status, code: error.code, message: error.message });
      throw error;
    }
  }

  private carryOut(request: IncomingMessage, kind: string, url: URL, body: unknown): object {
    if (request.headers.authorization !== `Bearer ${this.token}`) {
      throw new Refusal(401, 'unauthorized', 'API token is invalid.');
    }
    if (request.headers['notion-version'] !== VERSION) throw invalid('Notion-Version header failed validation');
    const id = /[0-9a-f-]{36}/.exec(url.pathname)?.[0] ?? '';
    switch (kind) {
      case 'GET /v1/users/me':
        return { object: 'user', id: crypto.randomUUID(), type: 'bot', name: 'Destila', bot: {} };
      case 'GET /v1/data_sources/:id':
        return this.describeDataSource(id);
      case 'PATCH /v1/data_sources/:id':
        return this.addProperties(id, body);
      case 'POST /v1/data_sources/:id/query':
        return this.queryDataSource(id, body);
      case 'POST /v1/pages':
        return this.createPage(body);
      case 'GET /v1/pages/:id':
        return describePage(this.findPage(id));
      case 'PATCH /v1/pages/:id':
        return this.updatePage(id, body);
      case 'GET /v1/blocks/:id/children':
        return listChildren(this.childrenOf(id), url.searchParams);
      case 'PATCH /v1/blocks/:id/children':
        return this.appendChildren(id, body);
      case 'DELETE /v1/blocks/:id':
        return this.deleteBlock(id);
      default:
        throw new Refusal(400, 'invalid_request_url', 'Invalid request URL.');
    }
  }

  private describeDataSource(id: string): object {
    this.checkDataSource(id);
    const properties = Object.entries(this.schema).map(([name, type]) => [name, { id: name, name, type, [type]: {} }]);
    return { object: 'data_source', id, title: [], properties: Object.fromEntries(properties) };
  }

  private addProperties(id: string, body: unknown): object {
    this.checkDataSource(id);
    const { properties } = read(
      z.object({ properties: z.record(z.string(), z.record(z.string(), z.object({}))) }),
      body,
    );
    for (const [name, config] of Object.entries(properties)) this.schema[name] = Object.keys(config)[0] ?? '';
    return this.describeDataSource(id);
  }

  private queryDataSource(id: string, body: unknown): object {
    this.checkDataSource(id);
    const schema = z.object({
      filter: z.object({ property: z.string(), rich_text: z.object({ equals: z.string() }) }),
    });
    const { filter } = read(schema, body);
    if (this.schema[filter.property] !== 'rich_text') throw invalid(`Could not find property ${filter.property}`);
    const found = this.pages.filter((page) => {
      const property = page.properties[filter.property];
      return (
        !page.inTrash && property && 'rich_text' in property && textOf(property.rich_text) === filter.rich_text.equals
      );
    });
    return { object: 'list', results: found.map(describePage), next_cursor: null, has_more: false };
  }

  private createPage(body: unknown): object {
    const schema = z.object({
      parent: z.object({ data_source_id: z.string() }),
      properties: z.record(z.string(), propertySchema),
    });
    const { parent, properties } = read(schema, body);
    this.checkDataSource(parent.data_source_id);
    this.checkProperties(properties);
    const id = crypto.randomUUID();
    const url = `https://www.notion.so/${id.replaceAll('-', '')}`;
    const page = { id, url, inTrash: false, properties, children: [] };
    this.pages.push(page);
    return describePage(page);
  }

  private updatePage(id: string, body: unknown): object {
    const schema = z.object({
      properties: z.record(z.string(), propertySchema).default({}),
      erase_content: z.boolean().default(false),
    });
    const { properties, erase_content } = read(schema, body);
    const page = this.findPage(id);
    if (page.inTrash) throw invalid("Can't edit page on block with an archived ancestor.");
    this.checkProperties(properties);
    Object.assign(page.properties, properties);
    if (erase_content) page.children = [];
    return describePage(page);
  }

  private appendChildren(id: string, body: unknown): object {
    const { children } = read(z.object({ children: z.array(z.record(z.string(), z.unknown())) }), body);
    const blocks = readBlocks(children, 1);
    if (countBlocks(blocks) > LIMITS.blocks) throw invalid(`more than ${LIMITS.blocks} blocks in a request`);
    this.childrenOf(id).push(...blocks);
    return { object: 'list', results: blocks.map(describeBlock), next_cursor: null, has_more: false };
  }

  private deleteBlock(id: string): object {
    const siblings = [...everyChildren(this.pages)].find((children) => children.some((block) => block.id === id));
    const place = siblings?.findIndex((block) => block.id === id) ?? -1;
    const [deleted] = siblings?.splice(place, 1) ?? [];
    if (!deleted) throw notFound(id);
    return { ...describeBlock(deleted), in_trash: true };
  }

  private childrenOf(id: string): FakeBlock[] {
    const page = this.pages.find((candidate) => candidate.id === id);
    if (page) return page.children;
    for (const siblings of everyChildren(this.pages)) {
      const block = siblings.find((candidate) => candidate.id === id);
      if (block) return block.children;
    }
    throw notFound(id);
  }

  private findPage(id: string): FakePage {
    const page = this.pages.find((candidate) => candidate.id === id);
    if (!page) throw notFound(id);
    return page;
  }

  private checkDataSource(id: string): void {
    if (id !== this.dataSourceId) throw notFound(id);
  }

  private checkProperties(properties: Record<string, Property>): void {
    for (const [name, value] of Object.entries(properties)) {
      const type = Object.keys(value).find((key) => key !== 'type');
      if (this.schema[name] !== type) throw invalid(`${name} is expected to be ${this.schema[name] ?? 'absent'}.`);
      checkProperty(value);
    }
  }
}

/** The blocks as indented lines of `type: text`, for a test to read. */
export function outline(blocks: readonly FakeBlock[], indent = ''): string[] {
  return blocks.flatMap((block) => [
    `${indent}${block.type}: ${block.text}`,
    ...outline(block.children, `${indent}  `),
  ]);
}

/** A request may nest children two levels deep. */
function readBlocks(children: readonly Record<string, unknown>[], level: number): FakeBlock[] {
  if (children.length > LIMITS.children) throw invalid(`children.length should be ≤ ${LIMITS.children}`);
  if (level > 2 && children.length > 0) throw invalid('children are nested too deeply');
  return children.map((request) => {
    const type = Object.keys(request).find((key) => key !== 'type' && key !== 'object') ?? '';
    const { children: inside = [], ...content } = read(
      z.looseObject({ children: z.array(blockSchema).optional() }),
      request[type],
    );
    if (type === 'table' && inside.length === 0) throw invalid('table.children should have at least one row');
    const texts = type === 'table_row' ? read(cellsSchema, content).cells : [read(textSchema, content).rich_text];
    for (const text of texts) checkRichText(text);
    const text = texts.map(textOf).join(' | ');
    return { id: crypto.randomUUID(), type, content, text, children: readBlocks(inside, level + 1) };
  });
}

const blockSchema = z.record(z.string(), z.unknown());
const cellsSchema = z.object({ cells: z.array(z.array(richTextSchema)) });
const textSchema = z.looseObject({ rich_text: z.array(richTextSchema).default([]) });

function checkProperty(value: Property): void {
  if ('title' in value) checkRichText(value.title);
  if ('rich_text' in value) checkRichText(value.rich_text);
  if ('url' in value && (value.url?.length ?? 0) > LIMITS.url) throw invalid('The URL is too long.');
  if ('select' in value && value.select) checkOptions([value.select]);
  if ('multi_select' in value) checkOptions(value.multi_select);
}

function checkRichText(items: readonly RichText[]): void {
  if (items.length > LIMITS.richTexts) throw invalid(`rich_text.length should be ≤ ${LIMITS.richTexts}`);
  for (const { text } of items) {
    if (text.content.length > LIMITS.text) throw invalid(`text.content.length should be ≤ ${LIMITS.text}`);
    const link = text.link?.url;
    if (link !== undefined && (!URL.canParse(link) || link.length > LIMITS.url)) throw invalid('Invalid URL for link.');
  }
}

function checkOptions(options: readonly { name: string }[]): void {
  if (options.length > LIMITS.options) throw invalid('too many options');
  const names = options.map(({ name }) => name);
  if (names.some((name) => name === '' || name.includes(',') || name.length > 100))
    throw invalid('Invalid option name.');
  if (new Set(names).size < names.length) throw invalid('The same option twice.');
}

function* everyChildren(parents: readonly { children: FakeBlock[] }[]): Generator<FakeBlock[]> {
  for (const parent of parents) {
    yield parent.children;
    yield* everyChildren(parent.children);
  }
}

function countBlocks(blocks: readonly FakeBlock[]): number {
  return blocks.reduce((count, block) => count + 1 + countBlocks(block.children), 0);
}

function listChildren(children: readonly FakeBlock[], query: URLSearchParams): object {
  const size = Math.min(Number(query.get('page_size') ?? 100), 100);
  const cursor = query.get('start_cursor');
  const start = cursor === null ? 0 : children.findIndex((block) => block.id === cursor);
  const next = children[start + size]?.id ?? null;
  const results = children.slice(start, start + size).map(describeBlock);
  return { object: 'list', results, next_cursor: next, has_more: next !== null };
}

function describePage(page: FakePage): object {
  return { object: 'page', id: page.id, url: page.url, in_trash: page.inTrash, properties: page.properties };
}

function describeBlock(block: FakeBlock): object {
  const has_children = block.children.length > 0;
  return { object: 'block', id: block.id, type: block.type, has_children, [block.type]: block.content };
}

function textOf(items: readonly RichText[]): string {
  return items.map(({ text }) => text.content).join('');
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (bytes.length > LIMITS.bytes) throw invalid('The request is too large.');
  return bytes.length === 0 ? {} : JSON.parse(bytes.toString());
}

function read<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(`body failed validation: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function invalid(message: string): Refusal {
  return new Refusal(400, 'validation_error', message);
}

function notFound(id: string): Refusal {
  return new Refusal(404, 'object_not_found', `Could not find ${id}. Make sure it is shared with your integration.`);
}

function failure(fault: { status: number; code: string; message?: string; retryAfter?: number }): Answer {
  const { status, code, message = code, retryAfter } = fault;
  const headers = { ...JSON_HEADERS, ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) };
  return { status, headers, body: { object: 'error', status, code, message } };
}
