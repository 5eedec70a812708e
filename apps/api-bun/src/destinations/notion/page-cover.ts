import { type Client, type CreatePageParameters, isHTTPResponseError } from '@notionhq/client';
import type { Note } from '../destination.ts';

type PageCover = NonNullable<CreatePageParameters['cover']>;

/** Refusals that are not the picture's: the token's, or of the moment. */
const OTHERS: readonly number[] = [401, 409, 429];

/**
 * The video's public picture, else Destila's own, which is uploaded. Null: there is none, or Notion does not take it, which is no reason
 * to be without a page.
 */
export async function pageCover(notion: Client, { coverUrl, thumbnail }: Note): Promise<PageCover | null> {
  if (coverUrl) return { external: { url: coverUrl } };
  const jpeg = await thumbnail();
  if (!jpeg) return null;
  try {
    return { type: 'file_upload', file_upload: { id: await upload(notion, jpeg) } };
  } catch (error) {
    if (isRefused(error)) return null;
    throw error;
  }
}

/**
 * May be done again after it was cut off: what is attached to nothing within an hour expires.
 * https://developers.notion.com/guides/data-apis/uploading-small-files
 */
async function upload(notion: Client, jpeg: Uint8Array): Promise<string> {
  const content_type = 'image/jpeg';
  const filename = 'cover.jpg';
  const { id } = await notion.fileUploads.create({ mode: 'single_part', filename, content_type });
  const data = new Blob([new Uint8Array(jpeg)], { type: content_type });
  await notion.fileUploads.send({ file_upload_id: id, file: { filename, data } });
  return id;
}

function isRefused(error: unknown): boolean {
  return isHTTPResponseError(error) && error.status < 500 && !OTHERS.includes(error.status);
}
