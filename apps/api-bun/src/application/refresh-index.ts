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
  const keep = () =>
    void refresh().catch((error: unknown) => index.logger.error({ err: error }, 'the index could not be refreshed'));
  keep();
  const timer = setInterval(keep, HOUR);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** The same for one person, whose model may have changed. */
export async function refreshIndex({ database, embedders, operations }: Index, userId: string): Promise<void> {
  const embedder = await embedders.embedderFor(userId);
  if (!embedder) return;
  for (const id of await unreadJobs(database, userId, embedder))
    await operations.start({ id, user_id: userId }, 'index');
}
