import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, PropertySpec } from './data-source.ts';
import { describeBlock, describeDataSource, describeFileUpload, describeList, describePage } from './describe.ts';
import type { Fault, FaultSource } from './faults.ts';
import { MAX_FILE_BYTES, readForm } from './file-uploads.ts';
import { checkLimits, isRecord, LIMITS } from './limits.ts';
import { plainValue } from './property-values.ts';
import { queryPages, searchTitles } from './query.ts';
import { invalid, Refusal } from './refusal.ts';
import { checkShape } from './request-shapes.ts';
import { type StoredBlock, type StoredPage, undashed, Workspace } from './workspace.ts';

const VERSIONS = new Set(['2025-09-03', '2026-03-11']);

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

interface Request {
  /** `METHOD /path` with ids written as `:id`. */
  kind: string;
  /** The id in the path. */
  id: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  /** Of JSON; files have a limit of their own. */
  bytes: number;
}

type Handler = (server: NotionServer, request: Request) => object;

const HANDLERS: Record<string, Handler> = {
  'GET /v1/users/me': ({ workspace }) => describeBot(workspace),
  'POST /v1/search': ({ workspace }, { body }) => {
    checkShape('Search', body);
    return describeList('page_or_data_source', search(workspace, body), pageOf(body), ({ describe }) => describe());
  },
  'GET /v1/data_sources/:id': ({ workspace }, { id }) => describeDataSource(workspace, workspace.findDataSource(id)),
  'PATCH /v1/data_sources/:id': ({ workspace }, { id, body }) => {
    const source = workspace.findDataSource(id);
    checkShape('UpdateDataSource', { data_source_id: id, ...body });
    source.updateProperties(body.properties);
    return describeDataSource(workspace, source);
  },
  'POST /v1/data_sources/:id/query': ({ workspace }, { id, body }) => {
    const source = workspace.findDataSource(id);
    checkShape('QueryDataSource', { data_source_id: id, ...body });
    const pages = queryPages(source, workspace.pagesOf(source), body);
    return describeList('page_or_data_source', pages, pageOf(body), (page) => describePage(workspace, page));
  },
  'POST /v1/pages': ({ workspace }, { body }) => {
    checkShape('CreatePage', body);
    const given = ['markdown', 'children', 'content'].filter((name) => body[name] !== undefined);
    if (given.length > 1) throw invalid(`body failed validation: ${given.join(' and ')} exclude each other.`);
    if (body.markdown !== undefined) throw new Refusal(400, 'invalid_request', 'This server reads no Markdown.');
    const parent = isRecord(body.parent) ? body.parent.data_source_id : null;
    return describePage(workspace, workspace.createPage(workspace.findDataSource(String(parent)), body));
  },
  'GET /v1/pages/:id': ({ workspace }, { id }) => describePage(workspace, workspace.findPage(id)),
  'PATCH /v1/pages/:id': ({ workspace }, { id, body }) => {
    checkShape('UpdatePage', { page_id: id, ...body });
    return describePage(workspace, workspace.updatePage(id, body));
  },
  'GET /v1/blocks/:id/children': ({ workspace }, { id, query }) => {
    const { children, parent } = workspace.childrenOf(id);
    return describeList('block', children, pageOf(Object.fromEntries(query)), describeIn(parent));
  },
  'PATCH /v1/blocks/:id/children': ({ workspace }, { id, body }) => {
    checkShape('AppendChildren', { block_id: id, ...body });
    const position = body.position ?? (body.after === undefined ? null : { after_block: { id: body.after } });
    const blocks = workspace.append(id, body.children, position);
    const { parent } = workspace.childrenOf(id);
    return describeList('block', blocks, { cursor: null, size: blocks.length }, describeIn(parent));
  },
  'DELETE /v1/blocks/:id': ({ workspace }, { id }) => {
    const block = workspace.deleteBlock(id);
    return { ...describeBlock(block, workspace.personId, true), in_trash: true, archived: true };
  },
  'POST /v1/file_uploads': ({ workspace }, { body }) => {
    checkShape('CreateFileUpload', body);
    return describeFileUpload(workspace, workspace.addFileUpload(body));
  },
  'POST /v1/file_uploads/:id/send': ({ workspace }, { id, body }) => {
    const upload = workspace.findFileUpload(id);
    upload.send(body.file, workspace.now());
    return describeFileUpload(workspace, upload);
  },
};

/** A server on this machine that answers as Notion's API documents it. See the README beside this file. */
export class NotionServer {
  url = '';
  readonly token = 'ntn_test';
  /** Whether a person has taken the token back. */
  isRevoked = false;
  readonly workspace = new Workspace(() => new Date(Date.now() + this.ahead));
  /** Milliseconds by which the server's clock is ahead. */
  ahead = 0;
  /** `METHOD /path` with ids written as `:id`, in the order they came. */
  readonly requests: string[] = [];
  /** Asked of every request that meets no fault from `failNext`. */
  faults: FaultSource = () => null;
  readonly #next: { request: string; fault: Fault }[] = [];
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch((error: Error) => response.destroy(error));
  });

  static async start(): Promise<NotionServer> {
    const notion = new NotionServer();
    notion.workspace.addDataSource('Notas');
    notion.setProperties({ Nombre: 'title', Enlace: 'url', Categoría: 'select', Etiquetas: 'multi_select' });
    await new Promise<void>((resolve) => notion.#server.listen(0, '127.0.0.1', resolve));
    const address = notion.#server.address();
    if (!address || typeof address === 'string') throw new Error('the server has no port');
    notion.url = `http://127.0.0.1:${address.port}`;
    return notion;
  }

  /** The one that notes are saved to, unless a test says otherwise. */
  get dataSource(): DataSource {
    const [source] = this.workspace.dataSources;
    if (!source) throw new Error('there is no data source');
    return source;
  }

  get dataSourceId(): string {
    return this.dataSource.id;
  }

  /** Those that are not in the trash, whichever data source they stand in. */
  get pages(): StoredPage[] {
    return this.workspace.pages.filter((page) => !page.inTrash);
  }

  addDataSource(title: string, properties: Record<string, PropertySpec>): DataSource {
    const source = this.workspace.addDataSource(title);
    for (const [name, spec] of Object.entries(properties)) source.addProperty(name, spec);
    return source;
  }

  /** Names and types, in place of what the data source had. */
  setProperties(properties: Record<string, PropertySpec>): void {
    this.dataSource.properties = [];
    for (const [name, spec] of Object.entries(properties)) this.dataSource.addProperty(name, spec);
  }

  /** What a person reads in a page's properties, by name; those that were never written are left out. */
  valuesOf(page: StoredPage | undefined): Record<string, unknown> {
    if (!page) throw new Error('there is no page');
    const written = this.workspace
      .propertiesOf(this.workspace.homeOf(page))
      .filter(({ id }) => page.properties[id] !== undefined);
    return Object.fromEntries(
      written.map((property) => [property.name, plainValue(property, page.properties[property.id])]),
    );
  }

  /** Puts a paragraph at the end of a page, as a person does in Notion. */
  writeAsPerson(page: StoredPage | undefined, text: string): void {
    if (!page) throw new Error('there is no page');
    const paragraph = { paragraph: { rich_text: [{ text: { content: text } }] } };
    this.workspace.append(page.id, [paragraph], null, this.workspace.personId);
  }

  /** The next request of that kind meets this, once. */
  failNext(request: string, fault: Fault): void {
    this.#next.push({ request, fault });
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(message, this.url);
    this.requests.push(request.kind);
    const fault = this.#faultFor(request.kind);
    if (fault?.kind === 'refused')
      return send(response, failure(fault.status, fault.code, fault.code, fault.retryAfter));
    if (fault?.kind === 'dropped' && fault.when === 'before') return void response.destroy();
    if (fault?.kind === 'late') response.destroy();
    if (fault?.kind === 'late' || fault?.kind === 'slow') await sleep(fault.milliseconds);
    const answer = this.#answer(message, request);
    if (fault?.kind === 'late' || fault?.kind === 'dropped') return void response.destroy();
    if (fault?.kind === 'denied') return send(response, failure(fault.status, fault.code, fault.code));
    if (fault?.kind === 'half-answer') return sendHalf(response, answer);
    send(response, answer);
  }

  #faultFor(kind: string): Fault | null {
    const place = this.#next.findIndex(({ request }) => request === kind);
    const [planned] = place < 0 ? [] : this.#next.splice(place, 1);
    return planned?.fault ?? this.faults(kind);
  }

  #answer(message: IncomingMessage, request: Request): Answer {
    try {
      this.#admit(message);
      checkLimits(request.body, request.bytes);
      const handler = HANDLERS[request.kind];
      if (!handler) throw new Refusal(400, 'invalid_request_url', 'Invalid request URL.');
      return { status: 200, headers: headers(), body: JSON.stringify(handler(this, request)) };
    } catch (error) {
      if (error instanceof Refusal) return failure(error.status, error.code, error.message, error.retryAfter);
      throw error;
    }
  }

  #admit(message: IncomingMessage): void {
    if (this.isRevoked || message.headers.authorization !== `Bearer ${this.token}`) {
      throw new Refusal(401, 'unauthorized', 'API token is invalid.');
    }
    const version = message.headers['notion-version'];
    if (version === undefined) throw new Refusal(400, 'missing_version', 'Notion-Version header should be defined.');
    if (!VERSIONS.has(String(version))) throw invalid(`Notion-Version ${version} is not known.`);
  }
}

async function read(message: IncomingMessage, base: string): Promise<Request> {
  const url = new URL(message.url ?? '/', base);
  const id = /[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}/i.exec(url.pathname)?.[0] ?? '';
  const kind = `${message.method} ${id ? url.pathname.replace(id, ':id') : url.pathname}`;
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const type = message.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) {
    return { kind, id, query: url.searchParams, body: await readForm(bytes, type), bytes: 0 };
  }
  const body: unknown = bytes.length === 0 ? {} : JSON.parse(bytes.toString(), storable);
  return { kind, id, query: url.searchParams, body: isRecord(body) ? body : {}, bytes: bytes.length };
}

/** Half of a surrogate pair is no character, and cannot be stored. */
function storable(_: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

/** Which part of a list a request asks for. */
function pageOf({ start_cursor, page_size }: Record<string, unknown>): { cursor: string | null; size: number } {
  const cursor = typeof start_cursor === 'string' ? start_cursor : null;
  return { cursor, size: Math.min(Number(page_size ?? LIMITS.page), LIMITS.page) };
}

/** Pages and data sources that the integration sees, by their titles. */
function search(workspace: Workspace, body: Record<string, unknown>) {
  const value = isRecord(body.filter) ? body.filter.value : undefined;
  const sources = workspace.dataSources.filter(({ shared }) => shared && value !== 'page');
  const pages = workspace.pages.filter((page) => workspace.homeOf(page)?.shared !== false && value !== 'data_source');
  const found = [
    ...sources.map((source) => ({ ...source, describe: () => describeDataSource(workspace, source) })),
    ...pages.map((page) => ({
      ...page,
      title: workspace.titleOf(page),
      describe: () => describePage(workspace, page),
    })),
  ];
  return searchTitles(found, body);
}

function describeIn(parent: StoredPage | StoredBlock): (block: StoredBlock) => object {
  return (block) => describeBlock(block, parent.id, !('type' in parent));
}

function describeBot({ botId }: Workspace): object {
  const bot = {
    owner: { type: 'workspace', workspace: true },
    workspace_name: 'Test',
    workspace_id: undashed(botId),
    workspace_limits: { max_file_upload_size_in_bytes: MAX_FILE_BYTES },
  };
  return { object: 'user', id: botId, name: 'Destila', avatar_url: null, type: 'bot', bot };
}

function headers(): Record<string, string> {
  return { 'content-type': 'application/json', 'x-notion-request-id': crypto.randomUUID() };
}

function failure(status: number, code: string, message: string, retryAfter?: number): Answer {
  const sent = headers();
  if (retryAfter !== undefined) sent['retry-after'] = String(retryAfter);
  const request_id = sent['x-notion-request-id'];
  return { status, headers: sent, body: JSON.stringify({ object: 'error', status, code, message, request_id }) };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

function sendHalf(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.write(body.slice(0, body.length / 2), () => response.destroy());
}
