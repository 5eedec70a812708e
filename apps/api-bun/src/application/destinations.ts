import { DestilaError, type NotionConnection } from '@destila/contracts';
import type { Config } from '../config.ts';
import { asUser } from '../database/as-user.ts';
import type { Database } from '../database/database.ts';
import { type ChosenDatabase, readChosenDatabase } from '../database/notion-connections.ts';
import type { Destination } from '../destinations/destination.ts';
import { MarkdownDestination } from '../destinations/markdown/markdown-destination.ts';
import type { Connection } from '../destinations/notion/notion-client.ts';
import { NotionDestination, type NotionOptions } from '../destinations/notion/notion-destination.ts';
import type { Secrets } from './secrets.ts';

/** Where a save goes. */
export interface Aim {
  destination: 'markdown' | 'notion';
  /** A Notion data source's id; null for the folder. */
  target: string | null;
}

/** Where people's notes go: to the Notion database that they chose, else to the installation's, else to files in a folder. */
export interface Destinations {
  readonly notesDir: string;
  aimOf(userId: string): Promise<Aim>;
  /** @throws {DestilaError} `notion_not_connected`, `secret_unreadable` */
  open(userId: string, aim: Aim): Promise<Destination>;
  connectionOf(userId: string): Promise<NotionConnection>;
  /** For requests to Notion; with `token`, one that is not kept yet. @throws {DestilaError} as `open` does */
  reach(userId: string, token?: string): Promise<Connection>;
  chosenDatabase(userId: string): Promise<ChosenDatabase | null>;
}

interface Options {
  config: Pick<
    Config,
    'NOTION_TOKEN' | 'NOTION_DATA_SOURCE_ID' | 'NOTION_BASE_URL' | 'NOTION_TRANSCRIPT' | 'SUPABASE_JWT_SECRET'
  >;
  database: Database;
  secrets: Secrets;
  notesDir: string;
}

/** What the person's Notion token is called among their secrets. */
export const NOTION_SECRET = 'notion';

export function createDestinations({ config, database, secrets, notesDir }: Options): Destinations {
  const { NOTION_BASE_URL: baseUrl, NOTION_TRANSCRIPT: transcript } = config;
  // Whoever does not run the installation does not get to see its workspace.
  const isOperated = config.SUPABASE_JWT_SECRET === undefined;
  const installed = { token: isOperated ? config.NOTION_TOKEN : undefined, target: config.NOTION_DATA_SOURCE_ID };
  const markdown = new MarkdownDestination(notesDir);
  const opened = new Map<string, { key: string; destination: NotionDestination }>();

  const chosenDatabase = (userId: string) => asUser(database, userId, readChosenDatabase);
  const ownSince = async (userId: string) =>
    (await secrets.list(userId)).find(({ name }) => name === NOTION_SECRET)?.since ?? null;

  /** A person's own token sees other databases than the installation's. */
  const targetOf = async (userId: string): Promise<string | null> => {
    const chosen = await chosenDatabase(userId);
    if (chosen) return chosen.id;
    return installed.token && installed.target && !(await ownSince(userId)) ? installed.target : null;
  };
  const reach: Destinations['reach'] = async (userId, given) => {
    const token = given ?? (await secrets.get(userId, NOTION_SECRET)) ?? installed.token;
    if (!token) throw new DestilaError('notion_not_connected');
    return { token, baseUrl };
  };
  /** What a destination has learnt of its database is kept, until the person changes something of it. */
  const openNotion = (userId: string, options: NotionOptions): NotionDestination => {
    const key = JSON.stringify(options);
    const known = opened.get(userId);
    if (known?.key === key) return known.destination;
    const destination = new NotionDestination(options);
    opened.set(userId, { key, destination });
    return destination;
  };

  return {
    notesDir,
    chosenDatabase,
    reach,
    async aimOf(userId) {
      const target = await targetOf(userId);
      return target === null ? { destination: 'markdown', target } : { destination: 'notion', target };
    },
    async open(userId, { destination, target }) {
      if (destination === 'markdown') return markdown;
      const [connection, chosen] = [await reach(userId), await chosenDatabase(userId)];
      const dataSourceId = target ?? (await targetOf(userId));
      if (dataSourceId === null) throw new DestilaError('notion_not_connected');
      const mapping = chosen?.id === dataSourceId ? chosen.mapping : null;
      return openNotion(userId, { ...connection, dataSourceId, mapping, transcript });
    },
    async connectionOf(userId) {
      const [since, chosen, target] = [await ownSince(userId), await chosenDatabase(userId), await targetOf(userId)];
      const token = since ? 'own' : installed.token ? 'installation' : null;
      return {
        token,
        has_installation: installed.token !== undefined,
        token_since: since,
        keeps_tokens: secrets.canKeep,
        database: chosen ? databaseOf(chosen) : target === null ? null : { id: target, title: '', url: '' },
      };
    },
  };
}

function databaseOf({ id, title, url }: ChosenDatabase) {
  return { id, title, url };
}
