import { READ_HERE } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { peopleWithPassages, unreadJobs } from '../database/search-vectors.ts';
import { readUserSettings } from '../database/user-settings.ts';
import type { Services } from './services.ts';

const HOUR = 3_600_000;

type Index = Pick<Services, 'database' | 'embedders' | 'operations' | 'logger'>;

/**
 * At once and then every hour: has read what the models of today have not, be it because another was chosen or because a
 * library was brought here. Meanwhile a search asks the model of before, too.
 */
export function keepIndexFresh(index: Index): Disposable {
  const refresh = async (isChanged: boolean) => {
    for (const userId of await peopleWithPassages(index.database)) await refreshIndex(index, userId, { isChanged });
  };
  const keep = (isChanged: boolean) => void refresh(isChanged).catch((error: unknown) => say(index, error));
  keep(true);
  const timer = setInterval(keep, HOUR, false);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/**
 * The same for one person, whose model may have changed; where that is on another machine, not until they have said whether it
 * may read their notes. Where something of the model is changed, what failed before may succeed now; otherwise it rests for a
 * day. Never rejects: it is tried again within the hour.
 */
export async function refreshIndex(index: Index, userId: string, { isChanged } = { isChanged: false }): Promise<void> {
  const { database, embedders, operations } = index;
  try {
    if (await mustBeAsked(index, userId)) return;
    const embedder = await embedders.embedderFor(userId);
    const unread = embedder ? await unreadJobs(database, userId, embedder, { evenFailed: isChanged }) : [];
    for (const id of unread) await operations.start({ id, user_id: userId }, 'index');
  } catch (error) {
    say(index, error);
  }
}

async function mustBeAsked({ database, embedders }: Index, userId: string): Promise<boolean> {
  const host = await embedders.outsideFor(userId);
  const { index_reader: answer } = await asUser(database, userId, readUserSettings);
  return host !== null && answer !== host && answer !== READ_HERE;
}

function say({ logger }: Index, error: unknown): void {
  logger.warn({ err: error }, 'the index could not be refreshed');
}
