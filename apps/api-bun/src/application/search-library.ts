import type { SearchHit, SearchQuery } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { searchChunks } from '../database/search-chunks.ts';
import type { Services } from './services.ts';

/** Passages of the person's indexed notes that answer a query, best first. */
export async function searchLibrary(
  { database }: Services,
  userId: string,
  query: SearchQuery,
): Promise<{ hits: SearchHit[] }> {
  return { hits: await asUser(database, userId, (tx) => searchChunks(tx, query)) };
}
