import {
  type BatchAnswer,
  type BatchRequest,
  batchAnswerSchema,
  type Category,
  type CategoryRequest,
  type CountedCategory,
  categoriesSchema,
  categorySchema,
  type DoctorReport,
  doctorReportSchema,
  type EditJobRequest,
  type EditSettingsRequest,
  type EditTemplateRequest,
  type Estimate,
  type EstimateQuery,
  estimateSchema,
  type HistoryEntry,
  historySchema,
  type JobDetail,
  type JobListItem,
  type JobOptions,
  type JobPage,
  jobDetailSchema,
  jobListItemSchema,
  jobPageSchema,
  type ModelChoices,
  type ModelProvider,
  type ModelTestRequest,
  modelChoicesSchema,
  modelListSchema,
  modelTestSchema,
  type NotionConnection,
  type NotionDatabase,
  type NotionDatabaseDetail,
  type NotionUseRequest,
  notionCategoriesSchema,
  notionConnectionSchema,
  notionDatabaseDetailSchema,
  notionDatabasesSchema,
  type OnConflict,
  type Operation,
  operationSchema,
  operationsSchema,
  type PlaylistPreview,
  type Problem,
  playlistPreviewSchema,
  problemSchema,
  type QueueState,
  queueStateSchema,
  type RegenerateRequest,
  type RestoreAnswer,
  type Revision,
  type RevisionItem,
  restoreAnswerSchema,
  revisionSchema,
  revisionsSchema,
  type SearchChoices,
  type SearchFilters,
  type SearchResult,
  type Settings,
  type StatusFilter,
  type SummaryTemplate,
  searchChoicesSchema,
  searchResultSchema,
  settingsSchema,
  type TemplateRequest,
  templateSchema,
  templatesSchema,
} from '@destila/contracts';
import { z } from 'zod';
import { accessGranted } from './access.ts';

/** What the server answered instead of what was asked for. `code` is one of the contracts' ERRORS, or `network`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly code: string,
    readonly problem: Problem | null = null,
    options?: ErrorOptions,
  ) {
    super(problem?.detail ?? code, options);
  }
}

export interface JobsFilter {
  status?: StatusFilter;
  q?: string;
  limit?: number;
}

export interface SearchRequest extends SearchFilters {
  q: string;
  by?: 'words' | 'meaning';
  limit?: number;
}

export interface UploadRequest {
  file: File;
  custom_prompt: string | null;
  output_language: 'es' | 'en' | null;
  options: JobOptions | undefined;
  /** Queue it again although a job for the same file exists. */
  force: boolean;
  /** From 0 to 1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

const nothing = z.unknown();

export const api = {
  /** Each answered on its own, in order. */
  enqueueMany: (body: BatchRequest): Promise<BatchAnswer> => send('POST', '/jobs/batch', batchAnswerSchema, { body }),
  upload,
  /** Queues nothing. */
  previewPlaylist: (body: { url: string; limit: number }, signal: AbortSignal): Promise<PlaylistPreview> =>
    send('POST', '/playlists/preview', playlistPreviewSchema, { body, signal }),
  jobs: (filter: JobsFilter, cursor: string | null, signal: AbortSignal): Promise<JobPage> =>
    send('GET', `/jobs?${query({ ...filter, cursor })}`, jobPageSchema, { signal }),
  job: (id: string, signal?: AbortSignal): Promise<JobDetail> =>
    send('GET', `/jobs/${id}`, jobDetailSchema, { ...(signal && { signal }) }),
  /** @throws {ApiError} `version_conflict` when the job is no longer at `version`. */
  edit: (id: string, version: number, body: EditJobRequest): Promise<JobListItem> =>
    send('PATCH', `/jobs/${id}`, jobListItemSchema, { body, headers: { 'If-Match': `"${version}"` } }),
  queueState: (signal: AbortSignal): Promise<QueueState> => send('GET', '/workers', queueStateSchema, { signal }),
  pauseQueue: (paused: boolean): Promise<QueueState> =>
    send('POST', paused ? '/queue/pause' : '/queue/resume', queueStateSchema),
  remove: (id: string) => send('DELETE', `/jobs/${id}`, nothing),
  restore: (id: string) => send('POST', `/jobs/${id}/restore`, jobListItemSchema),
  retry: (id: string) => send('POST', `/jobs/${id}/retry`, jobListItemSchema),
  cancel: (id: string) => send('POST', `/jobs/${id}/cancel`, jobListItemSchema),
  front: (id: string) => send('POST', `/jobs/${id}/front`, jobListItemSchema),
  /** @throws {ApiError} `page_changed` when somebody changed the page since it was saved, and it is not said what becomes of that. */
  save: (id: string, on_conflict: OnConflict | null) =>
    send('POST', `/jobs/${id}/save`, jobListItemSchema, { body: { on_conflict } }),
  index: (id: string) => send('POST', `/jobs/${id}/index`, jobListItemSchema),
  unindex: (id: string) => send('DELETE', `/jobs/${id}/index`, jobListItemSchema),
  history: async (id: string): Promise<HistoryEntry[]> =>
    (await send('GET', `/jobs/${id}/history`, historySchema)).entries,
  operations: async (id: string): Promise<Operation[]> =>
    (await send('GET', `/jobs/${id}/operations`, operationsSchema)).operations,
  estimate: (id: string, choice: EstimateQuery, signal: AbortSignal): Promise<Estimate> =>
    send('GET', `/jobs/${id}/estimate?${query(choice)}`, estimateSchema, { signal }),
  regenerate: (id: string, body: RegenerateRequest): Promise<Operation> =>
    send('POST', `/jobs/${id}/regenerate`, operationSchema, { body }),
  cancelOperation: (id: string, operation: string): Promise<Operation> =>
    send('DELETE', `/jobs/${id}/operations/${operation}`, operationSchema),
  /** Newest first. */
  revisions: async (id: string): Promise<RevisionItem[]> =>
    (await send('GET', `/jobs/${id}/revisions`, revisionsSchema)).revisions,
  revision: (id: string, revision: string): Promise<Revision> =>
    send('GET', `/jobs/${id}/revisions/${revision}`, revisionSchema),
  /** @throws {ApiError} `version_conflict` when the job is no longer at `version`. */
  restoreRevision: (id: string, revision: string, version: number): Promise<RestoreAnswer> =>
    send('POST', `/jobs/${id}/revisions/${revision}/restore`, restoreAnswerSchema, {
      headers: { 'If-Match': `"${version}"` },
    }),
  /** The built-in ones first. */
  templates: async (): Promise<SummaryTemplate[]> => (await send('GET', '/templates', templatesSchema)).templates,
  addTemplate: (body: TemplateRequest): Promise<SummaryTemplate> =>
    send('POST', '/templates', templateSchema, { body }),
  editTemplate: (id: string, body: EditTemplateRequest): Promise<SummaryTemplate> =>
    send('PATCH', `/templates/${id}`, templateSchema, { body }),
  removeTemplate: (id: string) => send('DELETE', `/templates/${id}`, nothing),
  categories: (): Promise<CountedCategory[]> => send('GET', '/categories', categoriesSchema),
  addCategory: (body: CategoryRequest): Promise<Category> => send('POST', '/categories', categorySchema, { body }),
  editCategory: (id: string, body: CategoryRequest): Promise<Category> =>
    send('PATCH', `/categories/${id}`, categorySchema, { body }),
  removeCategory: (id: string) => send('DELETE', `/categories/${id}`, nothing),
  search: (asked: SearchRequest, signal: AbortSignal): Promise<SearchResult> =>
    send('GET', `/search?${query({ ...asked, ...daysHere(asked) })}`, searchResultSchema, { signal }),
  searchChoices: (signal: AbortSignal): Promise<SearchChoices> =>
    send('GET', '/search/choices', searchChoicesSchema, { signal }),
  settings: (): Promise<Settings> => send('GET', '/settings', settingsSchema),
  editSettings: (body: EditSettingsRequest): Promise<Settings> => send('PATCH', '/settings', settingsSchema, { body }),
  modelChoices: (): Promise<ModelChoices> => send('GET', '/settings/models', modelChoicesSchema),
  providerModels: async (provider: ModelProvider, signal: AbortSignal): Promise<string[]> =>
    (await send('GET', `/settings/models/${provider}`, modelListSchema, { signal })).models,
  /** @throws {ApiError} what is wrong with it. */
  testModel: (body: ModelTestRequest) => send('POST', '/settings/models/test', modelTestSchema, { body }),
  keepModelKey: (provider: ModelProvider, key: string) =>
    send('PUT', `/settings/keys/${provider}`, nothing, { body: { key } }),
  forgetModelKey: (provider: ModelProvider) => send('DELETE', `/settings/keys/${provider}`, nothing),
  notion: (): Promise<NotionConnection> => send('GET', '/notion', notionConnectionSchema),
  /** Notion is asked first. @throws {ApiError} why it does not take the token */
  connectNotion: (token: string): Promise<NotionConnection> =>
    send('PUT', '/notion/token', notionConnectionSchema, { body: { token } }),
  disconnectNotion: () => send('DELETE', '/notion/token', nothing),
  notionDatabases: async (signal: AbortSignal): Promise<NotionDatabase[]> =>
    (await send('GET', '/notion/databases', notionDatabasesSchema, { signal })).databases,
  notionDatabase: (id: string, signal: AbortSignal): Promise<NotionDatabaseDetail> =>
    send('GET', `/notion/databases/${encodeURIComponent(id)}`, notionDatabaseDetailSchema, { signal }),
  chooseNotionDatabase: (body: NotionUseRequest): Promise<NotionConnection> =>
    send('PUT', '/notion/database', notionConnectionSchema, { body }),
  takeNotionCategories: () => send('POST', '/notion/categories', notionCategoriesSchema),
  /** In the language of the person, whatever the browser's is. */
  doctor: (language: string, signal: AbortSignal): Promise<DoctorReport> =>
    send('GET', '/doctor', doctorReportSchema, { headers: { 'Accept-Language': language }, signal }),
};

/** Exchanges the access token for a cookie. @throws {ApiError} `unauthorized` when it is wrong. */
export async function openSession(token: string): Promise<void> {
  await answer(await request('POST', '/session', { body: { token } }), nothing);
}

interface RequestOptions {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** One request, and once more after the person has given the access token, where the server wants it. */
async function send<T>(method: string, path: string, schema: z.ZodType<T>, options: RequestOptions = {}): Promise<T> {
  let response = await request(method, path, options);
  if (response.status === 401) {
    await accessGranted();
    response = await request(method, path, options);
  }
  return answer(response, schema);
}

async function request(method: string, path: string, { body, headers, signal }: RequestOptions): Promise<Response> {
  try {
    return await fetch(`/api${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError('network', null, { cause });
  }
}

async function answer<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
  const body: unknown = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) throw problemError(body);
  return schema.parse(body);
}

function problemError(body: unknown): ApiError {
  const problem = problemSchema.safeParse(body);
  return problem.success ? new ApiError(problem.data.code, problem.data) : new ApiError('internal_error');
}

/** XMLHttpRequest, because `fetch` tells nothing of how much of a body has been sent. */
async function upload(options: UploadRequest): Promise<JobListItem> {
  let sent = await sendFile(options);
  if (sent.status === 401) {
    await accessGranted();
    sent = await sendFile(options);
  }
  return answer(sent, jobListItemSchema);
}

function sendFile({ file, options, force, onProgress, signal, ...parameters }: UploadRequest): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const transfer = new XMLHttpRequest();
  const asked = query({ filename: file.name, ...parameters, ...options, force: force ? 'true' : null });
  transfer.open('POST', `/api/jobs/upload?${asked}`);
  transfer.setRequestHeader('Content-Type', 'application/octet-stream');
  transfer.upload.onprogress = (event) => onProgress(event.total > 0 ? event.loaded / event.total : 0);
  transfer.onload = () => resolve(new Response(transfer.responseText, { status: transfer.status }));
  transfer.onerror = () => reject(new ApiError('network'));
  transfer.onabort = () => reject(new DOMException('The upload was stopped.', 'AbortError'));
  signal.addEventListener('abort', () => transfer.abort(), { once: true });
  transfer.send(file);
  return promise;
}

/** Days are meant as the person's own. */
function daysHere({ from, to }: SearchRequest): { time_zone?: string } {
  return from || to ? { time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone } : {};
}

function query(parameters: Record<string, string | number | null | undefined>): string {
  const present = Object.entries(parameters).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  return new URLSearchParams(present.map(([key, value]) => [key, String(value)])).toString();
}
