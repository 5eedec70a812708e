import type { JobEvent } from '@destila/contracts';
import type { Draft, JobEvents } from '../application/job-events.ts';
import type { Database } from '../database/database.ts';
import { findListItems } from '../database/jobs.ts';

/** Milliseconds in which several changes of a job become one event. */
const GATHER = 50;
/** Milliseconds between comments that keep a quiet connection open through proxies. */
const KEEP_ALIVE = 15_000;
/** Events kept for browsers that come back with `Last-Event-ID`. */
const MEMORY = 500;

interface Sent {
  number: number;
  userId: string;
  event: JobEvent;
}

/** Turns what happens to jobs into server-sent events, each person's to that person's browsers. */
export class JobStream {
  /** Tells this process's event ids from those of one before it. */
  readonly #epoch = crypto.randomUUID().slice(0, 8);
  readonly #memory: Sent[] = [];
  readonly #listeners = new Set<(sent: Sent) => void>();
  /** The summaries being written now, by job; whoever begins to listen gets them as they stand. */
  readonly #drafts = new Map<string, Draft>();
  readonly #draftListeners = new Set<(draft: Draft) => void>();
  readonly #closing = new AbortController();
  readonly #changed = new Set<string>();
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #count = 0;

  constructor(
    private readonly database: Database,
    events: JobEvents,
    private readonly onError: (error: unknown) => void,
  ) {
    events.onChanged((jobId) => this.#gather(jobId));
    events.onProgressed(({ user_id, ...job }) => this.#send(user_id, { type: 'progress', job }));
    events.onDrafted((draft) => this.#sendDraft(draft));
  }

  /** The answer to `GET /jobs/events`: open until the browser goes or the server stops. */
  respond(request: Request, userId: string): Response {
    const over = AbortSignal.any([request.signal, this.#closing.signal]);
    let stop = () => {};
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        stop = this.#follow(request, userId, (text) => controller.enqueue(new TextEncoder().encode(text)));
        const end = () => {
          stop();
          controller.close();
        };
        if (over.aborted) end();
        else over.addEventListener('abort', end);
      },
      cancel: () => stop(),
    });
    return new Response(body, {
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
    });
  }

  /** Ends every stream; browsers come back when the server does. */
  close(): void {
    this.#closing.abort();
  }

  #follow(request: Request, userId: string, write: (text: string) => void): () => void {
    const lastId = request.headers.get('last-event-id');
    write('retry: 2000\n\n');
    for (const sent of this.#missedSince(lastId, userId)) write(this.#format(sent));
    const listener = (sent: Sent) => {
      if (sent.userId === userId) write(this.#format(sent));
    };
    const draftListener = (draft: Draft) => {
      if (draft.user_id === userId) write(formatDraft(draft));
    };
    for (const draft of this.#drafts.values()) draftListener(draft);
    this.#listeners.add(listener);
    this.#draftListeners.add(draftListener);
    const keepAlive = setInterval(() => write(': \n\n'), KEEP_ALIVE);
    return () => {
      clearInterval(keepAlive);
      this.#listeners.delete(listener);
      this.#draftListeners.delete(draftListener);
    };
  }

  /** What came after an id; a `resync` when that is no longer known. */
  #missedSince(lastId: string | null, userId: string): Sent[] {
    if (lastId === null) return [];
    const [epoch, number] = lastId.split('.');
    const after = Number(number);
    const oldest = this.#memory[0]?.number ?? this.#count + 1;
    const known = epoch === this.#epoch && after >= oldest - 1;
    if (known) return this.#memory.filter((sent) => sent.userId === userId && sent.number > after);
    return [{ number: this.#count, userId, event: { type: 'resync' } }];
  }

  #gather(jobId: string): void {
    this.#changed.add(jobId);
    this.#gathering ??= setTimeout(() => void this.#flush(), GATHER);
  }

  async #flush(): Promise<void> {
    const ids = [...this.#changed];
    this.#changed.clear();
    this.#gathering = undefined;
    try {
      for (const job of await findListItems(this.database, ids)) {
        this.#send(job.user_id, job.deleted_at ? { type: 'deleted', id: job.id } : { type: 'job', job });
      }
    } catch (error) {
      this.onError(error);
    }
  }

  #send(userId: string, event: JobEvent): void {
    const sent = { number: ++this.#count, userId, event };
    this.#memory.push(sent);
    if (this.#memory.length > MEMORY) this.#memory.shift();
    for (const listener of this.#listeners) listener(sent);
  }

  /** Not numbered and not remembered: each one holds all that those before it did. */
  #sendDraft(draft: Draft): void {
    if (draft.markdown === null) this.#drafts.delete(draft.id);
    else this.#drafts.set(draft.id, draft);
    for (const listener of this.#draftListeners) listener(draft);
  }

  #format({ number, event }: Sent): string {
    return `id: ${this.#epoch}.${number}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
  }
}

function formatDraft({ id, markdown }: Draft): string {
  const event: JobEvent = { type: 'draft', id, markdown };
  return `event: draft\ndata: ${JSON.stringify(event)}\n\n`;
}
