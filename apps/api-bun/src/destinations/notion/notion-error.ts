import { DestilaError, type ErrorCode, readRetryAfter } from '@destila/contracts';
import { isHTTPResponseError, isNotionClientError } from '@notionhq/client';

/** Notion's refusal in Destila's words; anything else as it is. https://developers.notion.com/reference/status-codes */
export function toDestilaError(error: unknown): unknown {
  if (isHTTPResponseError(error)) {
    return new DestilaError(codeOf(error.status), {
      detail: `${error.status} ${error.code}: ${error.message}`,
      cause: error,
      ...(error.headers instanceof Headers && readRetryAfter(error.headers.get('retry-after'))),
    });
  }
  // What is left of the client's own errors: a request that took too long, an id that no address can hold.
  if (isNotionClientError(error)) {
    const isTimeout = error.code === 'notionhq_client_request_timeout';
    return new DestilaError(isTimeout ? 'notion_unavailable' : 'notion_not_shared', {
      detail: error.message,
      cause: error,
    });
  }
  return error;
}

function codeOf(status: number): ErrorCode {
  if (status === 401) return 'notion_unauthorized';
  if (status === 403 || status === 404) return 'notion_not_shared';
  // 409 is a conflict with another write of that moment, 429 the rate limit.
  const isPassing = status === 409 || status === 429 || status >= 500;
  return isPassing ? 'notion_unavailable' : 'notion_rejected';
}
