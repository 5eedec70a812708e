import { setTimeout as sleep } from 'node:timers/promises';
import { DestilaError, type NotionMapping } from '@destila/contracts';
import { APIErrorCode, type Client, isFullPage, isHTTPResponseError, type PageObjectResponse } from '@notionhq/client';
import type { Destination, Kept, Note, PublishContext, Published } from '../destination.ts';
import { findCategoryPage } from './category-pages.ts';
import { addProperties, IMPORT_KEY_PROPERTY, readDataSource, type Schema } from './data-source.ts';
import { type Connection, connect, withNotion } from './notion-client.ts';
import { toDestilaError } from './notion-error.ts';
import { completeChildren, isOurs, listChildren, verifyChildren } from './page-body.ts';
import { pageContent } from './page-content.ts';
import { pageCover } from './page-cover.ts';
import { type Home, homeIn, homeOf } from './page-home.ts';
import { type PageProperties, pageProperties } from './page-properties.ts';
import { editOf, readState, type State, stateOfOld } from './page-state.ts';
import { checkMapping, mappedProperty } from './property-mapping.ts';
import { digestOf, firstRequest } from './requests.ts';
import { type Found, type Try, textFrom, updatePage } from './update-page.ts';

/** Tries within one call; each goes on where the one before it was cut off. */
const ATTEMPTS = 4;
/** Milliseconds before the second try; doubled for each one after it. */
const FIRST_DELAY = 1_000;
/** Milliseconds for which the database's properties are taken to be as they were. */
const SCHEMA_AGE = 300_000;
export interface NotionOptions extends Connection {
  dataSourceId: string;
  /** Which property holds what; without it, what fits by type and name does. */
  mapping?: NotionMapping | null;
  /** The transcript is part of the page. */
  transcript?: boolean;
  /** Milliseconds before the second try, a second unless told otherwise. */
  firstDelay?: number;
}

/** What is known of the data source, and of the pages that categories relate to. */
interface Known {
  schema: Schema;
  /** Their ids by data source and name, also of those that are being looked for: two notes at once need it made once. */
  categoryPages: Map<string, Promise<string>>;
  readAt: number;
}

/**
 * Notes as pages of a Notion data source. Notion knows no idempotency keys, so each page carries its import key; before a page
 * is made after a call that was cut off, it is looked for. What a try has come to is kept, and the next one goes on from there.
 */
export class NotionDestination implements Destination {
  readonly name = 'notion';
  #known: Known | null = null;
  #botId: string | null = null;

  constructor(private readonly options: NotionOptions) {}

  async publish(note: Note, context: PublishContext): Promise<Published> {
    const notion = connect(this.options, context);
    const content = pageContent(note, this.options);
    const digest = digestOf([...content.head, ...content.text]);
    let { kept, repeated } = context;
    const keep = async (now: Kept) => {
      await context.keep(now);
      kept = now;
    };
    for (let attempt = 1; ; attempt += 1) {
      const knewSchema = this.#known !== null;
      try {
        return await this.#try({ notion, note, content, digest, context: { ...context, kept, repeated, keep } });
      } catch (thrown) {
        context.signal.throwIfAborted();
        const error = toDestilaError(thrown);
        const isLast = attempt === ATTEMPTS;
        if (isLast || !(error instanceof DestilaError) || !isWorthAnotherTry(error, { knewSchema, kept })) throw error;
        this.#known = null;
        repeated = true;
        await sleep((this.options.firstDelay ?? FIRST_DELAY) * 2 ** (attempt - 1), undefined, {
          signal: context.signal,
        });
      }
    }
  }

  async removeStrays(
    { importKey, externalId }: { importKey: string; externalId: string },
    isStillThere: () => Promise<boolean>,
    signal: AbortSignal,
  ): Promise<void> {
    await withNotion(this.options, signal, async (notion) => {
      const strays = await this.#straysOf(notion, importKey, externalId);
      if (strays.length > 0 && (await isStillThere())) await removePages(notion, strays);
    });
  }

  async examine(signal: AbortSignal): Promise<void> {
    await withNotion(this.options, signal, async (notion) => {
      await notion.users.me({});
      const { properties } = await readDataSource(notion, this.options.dataSourceId);
      if (this.options.mapping) checkMapping(properties, this.options.mapping);
    });
  }

  async #try(attempt: Try): Promise<Published> {
    const { notion, note, context, digest } = attempt;
    const known = await this.#know(notion);
    const ours = homeIn(this.options.dataSourceId, known.schema, this.options.mapping);
    const found = await this.#find(attempt, ours);
    const home = found?.home ?? ours;
    const properties = pageProperties(home, note, await categoryPageOf(notion, note, home, known));
    const { page, from, edit } = found
      ? await updatePage(attempt, found, properties)
      : await this.#createPage(attempt, properties);
    if (context.repeated) {
      const present = (await listChildren(notion, page.id)).slice(from).filter(isOurs);
      await verifyChildren(notion, present, textFrom(from, attempt));
      await removePages(notion, await this.#straysOf(notion, note.importKey, page.id));
    }
    const state: State = { step: 'written', from, digest, ...edit };
    return { externalId: page.id, location: page.url, state, lookAgain: context.repeated };
  }

  async #know(notion: Client): Promise<Known> {
    if (this.#known && performance.now() - this.#known.readAt < SCHEMA_AGE) return this.#known;
    const former = this.#known;
    const schema = await addProperties(notion, await readDataSource(notion, this.options.dataSourceId));
    // Another save may have found out meanwhile: what both know of category pages is in one place.
    if (this.#known && this.#known !== former) return this.#known;
    this.#known = { schema, categoryPages: new Map(), readAt: performance.now() };
    return this.#known;
  }

  /** The page of an earlier call: the one that was kept, or one that was made although nobody could keep it. */
  async #find(
    { notion, note, context: { kept, repeated } }: Try,
    ours: Home,
  ): Promise<(Found & { home: Home }) | null> {
    const page = kept && (await livePage(notion, kept.externalId));
    const home = page && (await homeOf(notion, page, ours));
    if (page && home) return { page, home, state: readState(kept.state, page) };
    const [made] = repeated ? await this.#pagesOf(notion, note.importKey) : [];
    return made ? { page: made, home: ours, state: { ...stateOfOld(made), step: 'clearing' } } : null;
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
    const cover = this.options.mapping?.cover === false ? null : await pageCover(notion, note);
    const page = await notion.pages.create({
      parent: { data_source_id: this.options.dataSourceId },
      properties,
      icon: { emoji: '🎬' },
      ...(cover && { cover }),
      ...(children.length > 0 && { children }),
    });
    if (!isFullPage(page))
      throw new DestilaError('notion_forbidden', { detail: 'the answer says nothing of the page' });
    const made = editOf(page);
    await context.keep({ externalId: page.id, state: { step: 'writing', from: 0, digest, ...made } satisfies State });
    const edit = await completeChildren(notion, page.id, blocks.slice(children.length), []);
    return { page, from: 0, edit: edit ?? made };
  }

  /** Pages that were made by calls that nobody heard of again, and came after we had looked. */
  async #straysOf(notion: Client, importKey: string, pageId: string): Promise<string[]> {
    return (await this.#pagesOf(notion, importKey)).map(({ id }) => id).filter((id) => id !== pageId);
  }
}

async function removePages(notion: Client, ids: readonly string[]): Promise<void> {
  for (const id of ids) await notion.pages.update({ page_id: id, in_trash: true });
}

/** The page that stands for the note's category, where that is a relation. */
async function categoryPageOf(
  notion: Client,
  { category }: Note,
  { schema, mapping }: Home,
  { categoryPages }: Known,
): Promise<string | null> {
  const property = mappedProperty(schema, mapping, 'category');
  if (!category || property?.type !== 'relation') return null;
  const { data_source_id } = property.relation;
  const key = `${data_source_id} ${category.name}`;
  const find = () => findCategoryPage(notion, data_source_id, category.name);
  // What another save is cut off for is not this one's matter.
  const finding = categoryPages.get(key)?.catch(find) ?? find();
  categoryPages.set(key, finding);
  return finding;
}

function isWorthAnotherTry(
  error: DestilaError,
  { knewSchema, kept }: { knewSchema: boolean; kept: Kept | null },
): boolean {
  switch (error.code) {
    case 'notion_unavailable':
      return true;
    // What we knew of the database is no longer so.
    case 'notion_rejected':
    case 'notion_property_missing':
    case 'notion_property_type':
      return knewSchema;
    // A block that an earlier call removed, late, while we were writing into it.
    case 'notion_not_shared':
      return kept !== null;
    default:
      return false;
  }
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

function isFullPageOf(botId: string) {
  return (page: Parameters<typeof isFullPage>[0]): page is PageObjectResponse =>
    isFullPage(page) && page.created_by.id === botId;
}
