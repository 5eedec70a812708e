import { type DehydratedState, dehydrate, hydrate, QueryClient } from '@tanstack/react-query';
import { ApiError } from './api.ts';

const KEPT = 'destila:lists';
/** Characters; long transcripts are not worth keeping for a page change. */
const KEPT_LIMIT = 400_000;

/** One client a page. Lists seen a moment ago are there at once on the next page, then refreshed. */
export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < 2 && isPassing(error),
        staleTime: 0,
        refetchOnWindowFocus: true,
      },
    },
  });
  bringBack(client);
  addEventListener('pagehide', () => keep(client));
  return client;
}

function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 'network' || error.code === 'internal_error');
}

function keep(client: QueryClient): void {
  const state = dehydrate(client, {
    shouldDehydrateQuery: ({ queryKey, state }) => state.status === 'success' && isList(queryKey),
  });
  const json = JSON.stringify(state);
  try {
    if (json.length < KEPT_LIMIT) sessionStorage.setItem(KEPT, json);
  } catch {
    // Full or forbidden: the next page loads its lists, as a first page does.
  }
}

function isList([first, second]: readonly unknown[]): boolean {
  return first === 'categories' || first === 'settings' || (first === 'jobs' && second === 'list');
}

function bringBack(client: QueryClient): void {
  try {
    const state: DehydratedState | null = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null');
    if (state) hydrate(client, state);
  } catch {
    sessionStorage.removeItem(KEPT);
  }
}
