import { type EditJobRequest, editJobRequestSchema, type JobDetail, type JobListItem } from '@destila/contracts';
import { z } from 'zod';
import { ApiError } from '../../lib/api.ts';
import { readStored, writeStored } from '../../lib/stored.ts';

/** What a person can change of a job. */
export interface DraftFields {
  video_title: string;
  summary_markdown: string;
  category_id: string | null;
  ai_tags: string[];
}

export type DraftState = 'clean' | 'dirty' | 'saving' | 'offline' | 'failed' | 'conflict';

export interface DraftSnapshot {
  fields: DraftFields;
  state: DraftState;
  error: unknown;
  /** Raised whenever the summary was replaced from outside, so that the editor must begin anew. */
  epoch: number;
}

export interface DraftOptions {
  job: JobDetail;
  send: (version: number, changes: EditJobRequest) => Promise<JobListItem>;
  fetchJob: () => Promise<JobDetail>;
  onSaved: (job: JobListItem, changes: Partial<DraftFields>) => void;
  /** Milliseconds after the last change before it is sent, and between attempts while offline. */
  delay: number;
  retryDelay: number;
}

/**
 * A person's changes to a job on their way to the server. Until the server has confirmed them they are also kept in the
 * browser, so that neither a closed tab nor a lost connection loses any. Two windows that change different fields are
 * merged; only the same field changed in both is a conflict, for the person to decide.
 */
export class Draft {
  /** What the server last confirmed, at `#version`. */
  #base: DraftFields;
  #version: number;
  #theirs: JobDetail | null = null;
  #snapshot: DraftSnapshot;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | null = null;
  readonly #listeners = new Set<() => void>();
  /** True when changes of an earlier visit, never confirmed, were found in this browser. */
  readonly restored: boolean;
  /** True once anything was changed on this page. */
  touched = false;

  constructor(private readonly options: DraftOptions) {
    this.#base = fieldsOf(options.job);
    this.#version = options.job.version;
    this.#snapshot = { fields: this.#base, state: 'clean', error: null, epoch: 0 };
    const kept = readKept(options.job.id);
    const changes = kept ? changedFields(this.#base, { ...this.#base, ...kept.changes }) : {};
    this.restored = Object.keys(changes).length > 0;
    if (!kept || !this.restored) writeStored(keyOf(options.job.id), null);
    else if (kept.version === this.#version) this.change(changes);
    else this.#stopAtConflict(options.job, { ...this.#base, ...changes });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly snapshot = (): DraftSnapshot => this.#snapshot;

  /** True while closing the page would leave something unconfirmed. */
  get unsaved(): boolean {
    return this.#snapshot.state !== 'clean';
  }

  change(fields: Partial<DraftFields>): void {
    this.touched ||=
      Object.keys(changedFields(this.#snapshot.fields, { ...this.#snapshot.fields, ...fields })).length > 0;
    this.#set({ fields: { ...this.#snapshot.fields, ...fields } });
    this.#keep();
    if (this.#snapshot.state === 'conflict') return;
    const changed = Object.keys(this.#changes()).length > 0;
    if (!this.#sending) this.#set({ state: changed ? 'dirty' : 'clean' });
    this.#schedule(this.options.delay);
  }

  /** Sends what is unsent, now. @returns whether the server has everything. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    await this.#sending;
    this.#sending = this.#send().finally(() => {
      this.#sending = null;
    });
    await this.#sending;
    return this.#snapshot.state === 'clean';
  }

  /** Takes in a newer version of the job, as changed in another window. */
  adopt(job: JobDetail): void {
    if (job.version <= this.#version || this.#sending || this.#snapshot.state === 'conflict') return;
    this.#rebase(job);
  }

  /** Ends a conflict. @returns what brings the other version back, for as long as the page is open. */
  settle(keep: 'mine' | 'theirs'): () => void {
    const theirs = this.#theirs;
    if (!theirs) return () => {};
    const mine = this.#snapshot.fields;
    this.#theirs = null;
    this.#base = fieldsOf(theirs);
    this.#version = theirs.version;
    const other = keep === 'mine' ? this.#base : mine;
    if (keep === 'theirs') this.#replace(this.#base);
    this.#set({ state: 'dirty' });
    this.#keep();
    void this.flush();
    return () => {
      this.#replace(other);
      this.change(other);
    };
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  async #send(): Promise<void> {
    while (this.#snapshot.state !== 'conflict') {
      const sent = this.#snapshot.fields;
      const changes = changedFields(this.#base, sent);
      if (Object.keys(changes).length === 0) return this.#set({ state: 'clean', error: null });
      if (isBlank(changes)) return this.#set({ state: 'dirty' });
      this.#set({ state: 'saving' });
      try {
        const job = await this.options.send(this.#version, changes);
        this.#base = sent;
        this.#version = job.version;
        this.#keep();
        this.options.onSaved(job, changes);
      } catch (error) {
        const mayGoOn = await this.#meet(error);
        if (!mayGoOn) return;
      }
    }
  }

  /** @returns whether sending may go on at once. */
  async #meet(error: unknown): Promise<boolean> {
    const code = error instanceof ApiError ? error.code : '';
    if (code === 'version_conflict') {
      try {
        return this.#rebase(await this.options.fetchJob());
      } catch (cause) {
        return this.#meet(cause);
      }
    }
    const passing = code === 'network' || code === 'internal_error';
    this.#set({ state: passing ? 'offline' : 'failed', error });
    if (passing) this.#schedule(this.options.retryDelay);
    return false;
  }

  /** Puts the person's changes on top of a newer version. @returns false where both changed the same field. */
  #rebase(theirs: JobDetail): boolean {
    const mine = this.#changes();
    const newer = fieldsOf(theirs);
    const collides = Object.keys(changedFields(this.#base, newer)).some((field) => field in mine);
    if (collides && Object.keys(changedFields(newer, { ...newer, ...mine })).length > 0) {
      this.#stopAtConflict(theirs, this.#snapshot.fields);
      return false;
    }
    const replaced = newer.summary_markdown !== this.#base.summary_markdown && !('summary_markdown' in mine);
    this.#base = newer;
    this.#version = theirs.version;
    this.#set({ fields: { ...newer, ...mine }, epoch: this.#snapshot.epoch + (replaced ? 1 : 0) });
    return true;
  }

  #stopAtConflict(theirs: JobDetail, fields: DraftFields): void {
    clearTimeout(this.#timer);
    this.#theirs = theirs;
    this.#set({ fields, state: 'conflict' });
  }

  #replace(fields: DraftFields): void {
    this.#set({ fields, epoch: this.#snapshot.epoch + 1 });
  }

  #changes(): Partial<DraftFields> {
    return changedFields(this.#base, this.#snapshot.fields);
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), delay);
  }

  #keep(): void {
    const changes = this.#changes();
    const nothing = Object.keys(changes).length === 0;
    writeStored(keyOf(this.options.job.id), nothing ? null : JSON.stringify({ version: this.#version, changes }));
  }

  #set(next: Partial<DraftSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...next };
    for (const listener of this.#listeners) listener();
  }
}

function fieldsOf(job: JobDetail): DraftFields {
  return {
    video_title: job.video_title ?? '',
    summary_markdown: job.summary_markdown ?? '',
    category_id: job.category_id,
    ai_tags: job.ai_tags,
  };
}

function changedFields(before: DraftFields, after: DraftFields): Partial<DraftFields> {
  return {
    ...(after.video_title !== before.video_title && { video_title: after.video_title }),
    ...(after.summary_markdown !== before.summary_markdown && { summary_markdown: after.summary_markdown }),
    ...(after.category_id !== before.category_id && { category_id: after.category_id }),
    ...(after.ai_tags.join('\n') !== before.ai_tags.join('\n') && { ai_tags: after.ai_tags }),
  };
}

/** The server takes neither an empty title nor an empty summary; the person is still writing. */
function isBlank({ video_title, summary_markdown }: Partial<DraftFields>): boolean {
  return video_title?.trim() === '' || summary_markdown?.trim() === '';
}

function keyOf(id: string): string {
  return `destila:draft:${id}`;
}

const keptSchema = z.object({ version: z.number(), changes: editJobRequestSchema });

function readKept(id: string): z.infer<typeof keptSchema> | null {
  const stored = readStored(keyOf(id));
  if (stored === null) return null;
  try {
    return keptSchema.parse(JSON.parse(stored));
  } catch {
    return null;
  }
}
