import { DestilaError } from '@destila/contracts';
import { Client } from '@notionhq/client';
import { toDestilaError } from './notion-error.ts';

/** Milliseconds until a request is aborted; the client's own limit, which would leave it under way, comes later. */
const REQUEST_TIMEOUT = 30_000;
const CLIENT_TIMEOUT = 35_000;
/** Milliseconds at most that a `Retry-After` is waited for within one call. */
const MAX_RETRY_DELAY = 20_000;

export interface Connection {
  token: string;
  /** Where Notion's API is; absent: Notion itself. */
  baseUrl?: string | undefined;
}

/** Does something with Notion, whose refusals leave as {@link DestilaError}s. */
export async function withNotion<Answer>(
  connection: Connection,
  signal: AbortSignal,
  work: (notion: Client) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work(connect(connection, signal));
  } catch (error) {
    signal.throwIfAborted();
    throw toDestilaError(error);
  }
}

/** The client knows no signals and leaves the network's errors as they are: both are seen to where it fetches. */
export function connect({ token, baseUrl }: Connection, signal: AbortSignal, confirm = () => {}): Client {
  return new Client({
    auth: token,
    ...(baseUrl && { baseUrl }),
    timeoutMs: CLIENT_TIMEOUT,
    retry: { maxRetries: 2, maxRetryDelayMs: MAX_RETRY_DELAY },
    logger: () => {},
    fetch: async (url, { method, headers, body } = {}) => {
      confirm();
      try {
        const ended = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT)]);
        const response = await fetch(url, { method, headers, body, signal: ended });
        const text = await response.text();
        // Half an answer says no more than none.
        if (response.ok) JSON.parse(text);
        return { ok: response.ok, status: response.status, headers: response.headers, text: async () => text };
      } catch (error) {
        throw new DestilaError('notion_unavailable', { detail: String(error), cause: error });
      }
    },
  });
}
