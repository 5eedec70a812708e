import { peopleWithPassages, unreadJobs } from '../database/search-vectors.ts';
import type { Services } from './services.ts';

const HOUR = 3_600_000;

type Index = Pick<Services, 'database' | 'embedders' | 'operations' | 'logger'>;

/**
 * At once and then every hour: has read what the models of today have not, be it because another was chosen or because a
 * library was brought here. Meanwhile a search asks the model of before, too.
 */
export function keepIndexFresh(index: Index): Disposable {
  const refresh = async () => {
    for (const userId of await peopleWithPassages(index.database)) await refreshIndex(index, userId);
  };
  const keep = () => void refresh().catch((error: unknown) => say(index, error));
  keep();
  const timer = setInterval(keep, HOUR);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** The same for one person, whose model may have changed. Never rejects: it is tried again within the hour. */
export async function refreshIndex(index: Index, userId: string): Promise<void> {
  const { database, embedders, operations } = index;
  try {
    const embedder = await embedders.embedderFor(userId);
    const unread = embedder ? await unreadJobs(database, userId, embedder) : [];
    for (const id of unread) await operations.start({ id, user_id: userId }, 'index');
  } catch (error) {
    say(index, error);
  }
}

function say({ logger }: Index, error: unknown): void {
  logger.warn({ err: error }, 'the index could not be refreshed');
}
