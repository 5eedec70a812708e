import { setTimeout as sleep } from 'node:timers/promises';
import { DestilaError, readRetryAfter } from '@destila/contracts';
import { Client } from '@notionhq/client';
import { toDestilaError } from './notion-error.ts';

/** Milliseconds until a request is aborted; the client's own limit, which would leave it under way, never comes first. */
const REQUEST_TIMEOUT = 30_000;
const CLIENT_TIMEOUT = 600_000;
/** Requests that are sent again at most when Notion asks to slow down, and milliseconds to wait where it does not say how long. */
const RATE_LIMIT_RETRIES = 2;
const RATE_LIMIT_DELAY = 1_000;
/** Milliseconds that are waited for at most while a person waits, and while nobody does: no window of Notion's is longer. */
const SHORT_WAIT = 20_000;
const LONG_WAIT = 60_000;
/** Milliseconds at most between two tries of the client's own, which it does not interrupt. */
const MAX_RETRY_DELAY = 2_000;

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
    return await work(connect(connection, { signal }));
  } catch (error) {
    signal.throwIfAborted();
    throw toDestilaError(error);
  }
}

interface Reach {
  signal: AbortSignal;
  /** Called before each request. */
  confirm?: () => void;
  /** Nobody waits for the end. */
  unattended?: boolean;
}

/** The client knows no signals and leaves the network's errors as they are: both are seen to where it fetches. */
export function connect({ token, baseUrl }: Connection, { signal, confirm = () => {}, unattended }: Reach): Client {
  const longest = unattended ? LONG_WAIT : SHORT_WAIT;
  return new Client({
    auth: token,
    ...(baseUrl && { baseUrl }),
    timeoutMs: CLIENT_TIMEOUT,
    retry: { maxRetries: 2, maxRetryDelayMs: MAX_RETRY_DELAY },
    logger: () => {},
    fetch: async (url, init = {}) => {
      for (let tries = 0; ; tries += 1) {
        confirm();
        const answer = await ask(url, init, signal);
        if (answer.status !== 429 && answer.status !== 529) return answer;
        const { retryAfterSeconds } = readRetryAfter(answer.headers.get('retry-after'));
        const wait = retryAfterSeconds === undefined ? RATE_LIMIT_DELAY * 2 ** tries : retryAfterSeconds * 1_000;
        if (tries === RATE_LIMIT_RETRIES || wait > longest) throw tooBusy(answer.status, retryAfterSeconds);
        await sleep(wait, undefined, { signal });
      }
    },
  });
}

type Fetch = NonNullable<NonNullable<ConstructorParameters<typeof Client>[0]>['fetch']>;

async function ask(url: string, { method, headers, body }: NonNullable<Parameters<Fetch>[1]>, signal: AbortSignal) {
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
}

function tooBusy(status: number, retryAfterSeconds?: number): DestilaError {
  return new DestilaError('notion_busy', {
    detail: `${status}`,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}
