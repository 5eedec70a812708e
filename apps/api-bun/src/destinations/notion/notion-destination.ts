import { setTimeout as sleep } from 'node:timers/promises';
import { DestilaError } from '@destila/contracts';
import {
  APIErrorCode,
  type Client,
  isFullDataSource,
  isFullPage,
  isHTTPResponseError,
  type PageObjectResponse,
} from '@notionhq/client';
import { z } from 'zod';
import type { Destination, Kept, Note, PublishContext, Published } from '../destination.ts';
import { type Block, leaf } from './blocks.ts';
import { type Connection, connect } from './notion-client.ts';
import { toDestilaError } from './notion-error.ts';
import {
  completeChildren,
  type Edit,
  isBeginning,
  isOurs,
  listChildren,
  type Present,
  verifyChildren,
} from './page-body.ts';
import { type PageContent, pageContent } from './page-content.ts';
import {
  IMPORT_KEY_PROPERTY,
  type PageProperties,
  pageProperties,
  propertiesOf,
  type Schema,
} from './page-properties.ts';
import { digestOf, firstRequest } from './requests.ts';

/** Tries within one call; each goes on where the one before it was cut off. */
const ATTEMPTS = 4;
/** Milliseconds before the second try; doubled for each one after it. */
const FIRST_DELAY = 1_000;
/** Milliseconds for which the database's properties are taken to be as they were. */
const SCHEMA_AGE = 300_000;
/** Milliseconds by which Notion's times, which it rounds to the minute, may differ. */
const ROUNDING = 60_000;

export interface NotionOptions extends Connection {
  dataSourceId: string;
  /** The transcript is part of the page. */
  transcript?: boolean;
  /** Milliseconds before the second try, a second unless told otherwise. */
  firstDelay?: number;
}

/**
 * `clearing`: what stood there is about to be removed. `writing`: what stands there from `from` on is how our text begins.
 * `written`: it is our text.
 */
const stateSchema = z.object({
  step: z.enum(['clearing', 'writing', 'written']),
  /** Blocks at the beginning of the page that are a person's. */
  from: z.number().int().nonnegative(),
  /** Of the text as blocks. */
  digest: z.string().nullable(),
  /** Who writes for us, and when that was last; null where it is not known. */
  by: z.string().nullable(),
  at: z.string().nullable(),
});
type State = z.infer<typeof stateSchema>;

interface Found {
  page: PageObjectResponse;
  state: State;
}

/** One try's means and aims. */
interface Try {
  notion: Client;
  note: Note;
  content: PageContent;
  digest: string;
  context: PublishContext;
}

/**
 * Notes as pages of a Notion data source. Notion knows no idempotency keys, so each page carries its import key; before a page
 * is made after a call that was cut off, it is looked for. What a try has come to is kept, and the next one goes on from there.
 */
export class NotionDestination implements Destination {
  readonly name = 'notion';
  #schema: { properties: Schema; readAt: number } | null = null;
  #botId: string | null = null;

  constructor(private readonly options: NotionOptions) {}

  async publish(note: Note, context: PublishContext): Promise<Published> {
    const notion = connect(this.options, context.signal, context.confirm);
    const content = pageContent(note, this.options);
    const digest = digestOf([...content.head, ...content.text]);
    let { kept, repeated } = context;
    const keep = async (now: Kept) => {
      await context.keep(now);
      kept = now;
    };
    for (let attempt = 1; ; attempt += 1) {
      const knewSchema = this.#schema !== null;
      try {
        return await this.#try({ notion, note, content, digest, context: { ...context, kept, repeated, keep } });
      } catch (thrown) {
        context.signal.throwIfAborted();
        const error = toDestilaError(thrown);
        const isLast = attempt === ATTEMPTS;
        if (isLast || !(error instanceof DestilaError) || !isWorthAnotherTry(error, { knewSchema, kept })) throw error;
        this.#schema = null;
        repeated = true;
        await sleep((this.options.firstDelay ?? FIRST_DELAY) * 2 ** (attempt - 1), undefined, {
          signal: context.signal,
        });
      }
    }
  }

  async examine(signal: AbortSignal): Promise<void> {
    const notion = connect(this.options, signal);
    try {
      await notion.users.me({});
      const dataSource = await notion.dataSources.retrieve({ data_source_id: this.options.dataSourceId });
      if (isFullDataSource(dataSource) && dataSource.in_trash) throw new DestilaError('notion_in_trash');
    } catch (error) {
      signal.throwIfAborted();
      throw toDestilaError(error);
    }
  }

  async #try(attempt: Try): Promise<Published> {
    const { notion, note, context, digest } = attempt;
    const properties = pageProperties(await this.#properties(notion), note);
    const found = await this.#find(attempt);
    const { page, from, edit } = found
      ? await updatePage(attempt, found, properties)
      : await this.#createPage(attempt, properties);
    if (context.repeated) {
      const present = (await listChildren(notion, page.id)).slice(from).filter(isOurs);
      await verifyChildren(notion, present, textFrom(from, attempt));
      await this.#removeDoubles(attempt, page.id);
    }
    const state: State = { step: 'written', from, digest, ...edit };
    return { externalId: page.id, location: page.url, state };
  }

  async #properties(notion: Client): Promise<Schema> {
    if (this.#schema && performance.now() - this.#schema.readAt < SCHEMA_AGE) return this.#schema.properties;
    const properties = await propertiesOf(notion, this.options.dataSourceId);
    this.#schema = { properties, readAt: performance.now() };
    return properties;
  }

  /** The page of an earlier call: the one that was kept, or one that was made although nobody could keep it. */
  async #find({ notion, note, context: { kept, repeated } }: Try): Promise<Found | null> {
    const page = kept && (await livePage(notion, kept.externalId));
    if (page) return { page, state: stateSchema.safeParse(kept.state).data ?? stateOfOld(page) };
    const [made] = repeated ? await this.#pagesOf(notion, note.importKey) : [];
    return made ? { page: made, state: { ...stateOfOld(made), step: 'clearing' } } : null;
  }

  /** The pages that we made for a note, oldest first. A person's copy has the key too, and is the person's. */
  async #pagesOf(notion: Client, importKey: string): Promise<PageObjectResponse[]> {
    this.#botId ??= (await notion.users.me({})).id;
    const { results } = await notion.dataSources.query({
      data_source_id: this.options.dataSourceId,
      filter: { property: IMPORT_KEY_PROPERTY, rich_text: { equals: importKey } },
      sorts: [{ timestamp: 'created_time', direction: 'ascending' }],
    });
    return results.filter(isFullPageOf(this.#botId));
  }

  async #createPage(attempt: Try, properties: PageProperties) {
    const { notion, note, digest, context } = attempt;
    const blocks = textFrom(0, attempt);
    const children = firstRequest(blocks);
    const page = await notion.pages.create({
      parent: { data_source_id: this.options.dataSourceId },
      properties,
      icon: { emoji: '🎬' },
      ...(note.coverUrl && { cover: { external: { url: note.coverUrl } } }),
      ...(children.length > 0 && { children }),
    });
    if (!isFullPage(page))
      throw new DestilaError('notion_forbidden', { detail: 'the answer says nothing of the page' });
    const made = editOf(page);
    await context.keep({ externalId: page.id, state: { step: 'writing', from: 0, digest, ...made } satisfies State });
    const edit = await completeChildren(notion, page.id, blocks.slice(children.length), []);
    return { page, from: 0, edit: edit ?? made };
  }

  /** A page that was made by a call that nobody heard of again, and came after we had looked. */
  async #removeDoubles({ notion, note }: Try, pageId: string): Promise<void> {
    for (const { id } of await this.#pagesOf(notion, note.importKey)) {
      if (id !== pageId) await notion.pages.update({ page_id: id, in_trash: true });
    }
  }
}

function isWorthAnotherTry(
  error: DestilaError,
  { knewSchema, kept }: { knewSchema: boolean; kept: Kept | null },
): boolean {
  switch (error.code) {
    case 'notion_unavailable':
      return true;
    // A property that we knew has gone, or is of another type now.
    case 'notion_rejected':
      return knewSchema;
    // A block that an earlier call removed, late, while we were writing into it.
    case 'notion_not_shared':
      return kept !== null;
    default:
      return false;
  }
}

/** Brings a page that exists to what the note says now. */
async function updatePage(attempt: Try, { page, state }: Found, properties: PageProperties) {
  const { notion, context, digest } = attempt;
  const isChanged = changedByOthers(page, state);
  if (isChanged && context.onConflict === 'ask') throw new DestilaError('page_changed', { detail: page.url });
  if (state.step === 'written' && !isChanged && state.digest === digest) {
    const updated = await notion.pages.update({ page_id: page.id, properties });
    return { page, from: state.from, edit: editOf(isFullPage(updated) ? updated : page) };
  }

  const keep = (step: State['step'], from: number) => {
    const now: State = { step, from, digest, by: state.by ?? page.created_by.id, at: null };
    return context.keep({ externalId: page.id, state: now });
  };
  const plan = await planUpdate(attempt, { page, state }, isChanged);
  if (!plan.goesOn) await keep('clearing', plan.from);
  for (const id of plan.remove) await removeBlock(notion, id);
  const erase = plan.erase && { erase_content: true };
  const updated = await notion.pages.update({ page_id: page.id, properties, ...erase });
  const from = plan.from + plan.theirs;
  if (!plan.goesOn) await keep('writing', from);
  const edit = await completeChildren(notion, page.id, textFrom(from, attempt), plan.present);
  return { page, from, edit: edit ?? editOf(isFullPage(updated) ? updated : page) };
}

interface Plan {
  /** What stands before this is a person's. */
  from: number;
  /** Behind it, what else is a person's once ours is removed. */
  theirs: number;
  /** The text has been begun, and goes on behind these. */
  goesOn: boolean;
  present: readonly Present[];
  /** Notion removes all of the page's content at once, or we remove blocks one by one. */
  erase: boolean;
  remove: readonly string[];
}

async function planUpdate(attempt: Try, { page, state }: Found, isChanged: boolean): Promise<Plan> {
  const clean = { theirs: 0, goesOn: false, present: [], remove: [] };
  const decides = isChanged && state.step === 'written';
  if (state.step === 'written' && !isChanged && state.from === 0) return { ...clean, from: 0, erase: true };

  const all = await listChildren(attempt.notion, page.id);
  if (decides && attempt.context.onConflict === 'append') return { ...clean, from: all.length, erase: false };
  const from = decides ? 0 : state.from;
  const behind = all.slice(from);
  const ours = behind.filter(isOurs);
  if (state.step === 'writing' && state.digest === attempt.digest && isBeginning(ours, textFrom(from, attempt))) {
    return { ...clean, from, goesOn: true, present: ours, erase: false };
  }
  if (ours.length === all.length) return { ...clean, from, erase: true };
  return { ...clean, from, theirs: behind.length - ours.length, erase: false, remove: ours.map(({ id }) => id) };
}

/** What an earlier call removed already is as good. */
async function removeBlock(notion: Client, id: string): Promise<void> {
  try {
    await notion.blocks.delete({ block_id: id });
  } catch (error) {
    if (!isHTTPResponseError(error) || error.code !== APIErrorCode.ObjectNotFound) throw error;
  }
}

/** Behind what a person has written, a line shows where the note begins. */
function textFrom(from: number, { content: { head, text } }: Try): readonly Block[] {
  return from > 0 ? [leaf({ divider: {} }), ...text] : [...head, ...text];
}

function changedByOthers(page: PageObjectResponse, { by, at }: State): boolean {
  if (page.last_edited_by.id !== (by ?? page.created_by.id)) return true;
  return at !== null && Date.parse(page.last_edited_time) - Date.parse(at) > ROUNDING;
}

/** The page of an earlier call, unless a person threw it away or Notion does not show it any more. */
async function livePage(notion: Client, pageId: string): Promise<PageObjectResponse | null> {
  try {
    const page = await notion.pages.retrieve({ page_id: pageId });
    return isFullPage(page) && !page.in_trash ? page : null;
  } catch (error) {
    if (isHTTPResponseError(error) && error.code === APIErrorCode.ObjectNotFound) return null;
    throw error;
  }
}

/** Of a page that nothing was kept of but its id, or not even that. */
function stateOfOld(page: PageObjectResponse): State {
  return { step: 'written', from: 0, digest: null, by: page.created_by.id, at: null };
}

function editOf(page: PageObjectResponse): Edit {
  return { by: page.last_edited_by.id, at: page.last_edited_time };
}

function isFullPageOf(botId: string) {
  return (page: Parameters<typeof isFullPage>[0]): page is PageObjectResponse =>
    isFullPage(page) && page.created_by.id === botId;
}
