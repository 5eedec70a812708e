import {
  categoryRequestSchema,
  DestilaError,
  type NotionConnection,
  type NotionDatabase,
  type NotionDatabaseDetail,
  type NotionUseRequest,
} from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { createCategory, listCategories } from '../database/categories.ts';
import { type ChosenDatabase, deleteChosenDatabase, writeChosenDatabase } from '../database/notion-connections.ts';
import * as notion from '../destinations/notion/notion-workspace.ts';
import { NOTION_SECRET } from './destinations.ts';
import type { Services } from './services.ts';

/** Milliseconds for Notion to answer; some of these are several requests, and it may ask to wait before each. */
const DEADLINE = 60_000;

export function readNotionConnection({ destinations }: Services, userId: string): Promise<NotionConnection> {
  return destinations.connectionOf(userId);
}

/**
 * Keeps a token that Notion takes, in place of the one before. A database that it does not see is not in use any more.
 * @throws {DestilaError} `secret_key_missing`, or why Notion refuses it
 */
export async function connectNotion(services: Services, userId: string, token: string): Promise<NotionConnection> {
  const { destinations, secrets, database } = services;
  if (!secrets.canKeep) throw new DestilaError('secret_key_missing');
  const connection = await destinations.reach(userId, token);
  await notion.checkToken(connection, deadline());
  const chosen = await destinations.chosenDatabase(userId);
  const isSeen = chosen ? await sees(connection, chosen.id) : true;
  await secrets.set(userId, NOTION_SECRET, token);
  if (!isSeen) await asUser(database, userId, (tx) => deleteChosenDatabase(tx, userId));
  return destinations.connectionOf(userId);
}

const GONE: ReadonlySet<string> = new Set(['notion_not_shared', 'notion_in_trash']);

async function sees(connection: Parameters<typeof notion.describeDatabase>[0], id: string): Promise<boolean> {
  try {
    await notion.describeDatabase(connection, id, deadline());
    return true;
  } catch (error) {
    if (error instanceof DestilaError && GONE.has(error.code)) return false;
    throw error;
  }
}

/** Forgets the token and the choice. What is in Notion stays there. */
export async function disconnectNotion({ database, secrets }: Services, userId: string): Promise<void> {
  await asUser(database, userId, (tx) => deleteChosenDatabase(tx, userId));
  await secrets.delete(userId, NOTION_SECRET);
}

/** @throws {DestilaError} `notion_not_connected`, `secret_unreadable`, or why Notion does not answer */
export async function listNotionDatabases({ destinations }: Services, userId: string): Promise<NotionDatabase[]> {
  return notion.listDatabases(await destinations.reach(userId), deadline());
}

/** @throws {DestilaError} as `listNotionDatabases` does, `notion_not_shared`, `notion_in_trash` */
export async function describeNotionDatabase(
  { destinations }: Services,
  userId: string,
  id: string,
): Promise<NotionDatabaseDetail> {
  const detail = await notion.describeDatabase(await destinations.reach(userId), id, deadline());
  const chosen = await destinations.chosenDatabase(userId);
  return chosen?.id === detail.id ? { ...detail, mapping: chosen.mapping } : detail;
}

/**
 * Sends the person's notes to a database from now on, with the properties added that were asked for. A note that was saved
 * before keeps its page.
 * @throws {DestilaError} as `describeNotionDatabase` does, `notion_property_missing`, `notion_property_type`
 */
export async function useNotionDatabase(
  { destinations, database }: Services,
  userId: string,
  request: NotionUseRequest,
): Promise<NotionConnection> {
  const prepared = await notion.prepareDatabase(await destinations.reach(userId), request, deadline());
  const chosen: ChosenDatabase = { ...prepared.database, mapping: prepared.mapping };
  await asUser(database, userId, (tx) => writeChosenDatabase(tx, userId, chosen));
  return destinations.connectionOf(userId);
}

/**
 * Makes categories of what the property holds that categories are saved to; those of a name that exists stay as they are.
 * @throws {DestilaError} `notion_not_connected` also when categories are saved to none
 */
export async function takeNotionCategories(services: Services, userId: string): Promise<{ added: number }> {
  const { destinations, database } = services;
  const { database: inUse } = await destinations.connectionOf(userId);
  if (!inUse) throw new DestilaError('notion_not_connected');
  const { id, mapping } = await describeNotionDatabase(services, userId, inUse.id);
  if (!mapping.category) throw new DestilaError('notion_not_connected', { detail: 'categories are saved nowhere' });
  const found = await notion.listCategories(await destinations.reach(userId), id, mapping.category, deadline());
  return asUser(database, userId, async (tx) => {
    const known = new Set((await listCategories(tx)).map(({ name }) => name.toLowerCase()));
    let added = 0;
    for (const one of found) {
      // Longer names than a category's are left: cut, they would be saved as another option.
      const { data: category } = categoryRequestSchema.safeParse(one);
      if (!category || known.has(category.name.toLowerCase())) continue;
      await createCategory(tx, userId, category);
      known.add(category.name.toLowerCase());
      added += 1;
    }
    return { added };
  });
}

function deadline(): AbortSignal {
  return AbortSignal.timeout(DEADLINE);
}
