import { DestilaError, type ErrorCode, readRetryAfter } from '@destila/contracts';
import { isHTTPResponseError, isNotionClientError } from '@notionhq/client';
import { z } from 'zod';

const bodySchema = z.object({ code: z.string() });

/** Codes that say more than their status. https://developers.notion.com/reference/status-codes, …/workspace-block-limits */
const CODES: Record<string, ErrorCode> = {
  workspace_block_limit_reached: 'notion_full',
  row_limit_exceeded: 'notion_full',
};

/** Notion's refusal in Destila's words; anything else as it is. */
export function toDestilaError(error: unknown): unknown {
  if (isHTTPResponseError(error)) {
    const code = codeOf(error.body) ?? error.code;
    return new DestilaError(CODES[code] ?? codeOfStatus(error.status), {
      detail: `${error.status} ${code}: ${error.message}`,
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

/** The client does not know every code that Notion sends. */
function codeOf(body: string): string | null {
  try {
    return bodySchema.parse(JSON.parse(body)).code;
  } catch {
    return null;
  }
}

function codeOfStatus(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'notion_unauthorized';
    case 403:
      return 'notion_forbidden';
    case 404:
      return 'notion_not_shared';
    case 413:
      return 'notion_too_large';
    // A conflict with another write of that moment.
    case 409:
      return 'notion_unavailable';
    default:
      return status >= 500 ? 'notion_unavailable' : 'notion_rejected';
  }
}
