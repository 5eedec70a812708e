import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeBlock, describeDataSource, describeList, describePage } from './describe.ts';
import type { Fault, FaultSource } from './faults.ts';
import { checkLimits, isRecord, LIMITS } from './limits.ts';
import { queryPages } from './query.ts';
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
  bytes: number;
}

type Handler = (server: NotionServer, request: Request) => object;

const HANDLERS: Record<string, Handler> = {
  'GET /v1/users/me': ({ workspace }) => describeBot(workspace),
  'GET /v1/data_sources/:id': ({ workspace }, { id }) => {
    workspace.checkDataSource(id);
    return describeDataSource(workspace);
  },
  'PATCH /v1/data_sources/:id': ({ workspace }, { id, body }) => {
    workspace.checkDataSource(id);
    checkShape('UpdateDataSource', { data_source_id: id, ...body });
    for (const [name, config] of Object.entries(isRecord(body.properties) ? body.properties : {})) {
      if (isRecord(config)) workspace.addProperty(name, Object.keys(config).find((key) => key !== 'type') ?? '');
    }
    return describeDataSource(workspace);
  },
  'POST /v1/data_sources/:id/query': ({ workspace }, { id, query, body }) => {
    workspace.checkDataSource(id);
    checkShape('QueryDataSource', { data_source_id: id, ...body });
    const size = Math.min(Number(body.page_size ?? query.get('page_size') ?? LIMITS.page), LIMITS.page);
    const cursor = typeof body.start_cursor === 'string' ? body.start_cursor : null;
    return describeList('page_or_data_source', queryPages(workspace, body), { cursor, size }, (page) =>
      describePage(workspace, page),
    );
  },
  'POST /v1/pages': ({ workspace }, { body }) => {
    checkShape('CreatePage', body);
    const given = ['markdown', 'children', 'content'].filter((name) => body[name] !== undefined);
    if (given.length > 1) throw invalid(`body failed validation: ${given.join(' and ')} exclude each other.`);
    if (body.markdown !== undefined) throw new Refusal(400, 'invalid_request', 'This server reads no Markdown.');
    const parent = isRecord(body.parent) ? body.parent.data_source_id : null;
    workspace.checkDataSource(String(parent));
    return describePage(workspace, workspace.createPage(body));
  },
  'GET /v1/pages/:id': ({ workspace }, { id }) => describePage(workspace, workspace.findPage(id)),
  'PATCH /v1/pages/:id': ({ workspace }, { id, body }) => {
    checkShape('UpdatePage', { page_id: id, ...body });
    return describePage(workspace, workspace.updatePage(id, body));
  },
  'GET /v1/blocks/:id/children': ({ workspace }, { id, query }) => {
    const { children, parent } = workspace.childrenOf(id);
    const size = Math.min(Number(query.get('page_size') ?? LIMITS.page), LIMITS.page);
    return describeList('block', children, { cursor: query.get('start_cursor'), size }, describeIn(parent));
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
    return { ...describeBlock(block, workspace.dataSourceId, true), in_trash: true, archived: true };
  },
};

/** A server on this machine that answers as Notion's API documents it. See the README beside this file. */
export class NotionServer {
  url = '';
  readonly token = 'ntn_test';
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
    notion.setProperties({ Nombre: 'title', Enlace: 'url', Categoría: 'select', Etiquetas: 'multi_select' });
    await new Promise<void>((resolve) => notion.#server.listen(0, '127.0.0.1', resolve));
    const address = notion.#server.address();
    if (!address || typeof address === 'string') throw new Error('the server has no port');
    notion.url = `http://127.0.0.1:${address.port}`;
    return notion;
  }

  get dataSourceId(): string {
    return this.workspace.dataSourceId;
  }

  /** Those that are not in the trash. */
  get pages(): StoredPage[] {
    return this.workspace.pages.filter((page) => !page.inTrash);
  }

  /** Names and types, in place of what the data source had. */
  setProperties(properties: Record<string, string>): void {
    this.workspace.properties = [];
    for (const [name, type] of Object.entries(properties)) this.workspace.addProperty(name, type);
  }

  /** What requests said of a page's properties, by name. */
  valuesOf(page: StoredPage | undefined): Record<string, unknown> {
    const named = this.workspace.properties.map(({ id, name }) => [name, page?.properties[id]] as const);
    return Object.fromEntries(named.filter(([, value]) => value !== undefined));
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
    if (message.headers.authorization !== `Bearer ${this.token}`) {
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
  const body: unknown = bytes.length === 0 ? {} : JSON.parse(bytes.toString(), storable);
  return { kind, id, query: url.searchParams, body: isRecord(body) ? body : {}, bytes: bytes.length };
}

/** Half of a surrogate pair is no character, and cannot be stored. */
function storable(_: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

function describeIn(parent: StoredPage | StoredBlock): (block: StoredBlock) => object {
  return (block) => describeBlock(block, parent.id, !('type' in parent));
}

function describeBot({ botId }: Workspace): object {
  const bot = { owner: { type: 'workspace', workspace: true }, workspace_name: 'Test', workspace_id: undashed(botId) };
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
