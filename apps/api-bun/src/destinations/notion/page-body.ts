import { DestilaError } from '@destila/contracts';
import {
  type BlockObjectResponse,
  type Client,
  isFullBlock,
  iteratePaginatedAPI,
  type PartialBlockObjectResponse,
} from '@notionhq/client';
import type { Block } from './blocks.ts';
import { batchesOf, insideOf, isSplit, typeOf } from './requests.ts';

/** Who touched something last, and when, to the minute. */
export interface Edit {
  by: string;
  at: string;
}

export type Present = PartialBlockObjectResponse | BlockObjectResponse;

/** What stands in a page or a block, in its order. */
export async function listChildren(notion: Client, parentId: string): Promise<Present[]> {
  return Array.fromAsync(iteratePaginatedAPI(notion.blocks.children.list, { block_id: parentId }));
}

/** A page or a database that a person put inside the note's page is not ours to remove. */
export function isOurs(block: Present): boolean {
  return !isFullBlock(block) || (block.type !== 'child_page' && block.type !== 'child_database');
}

/** True when what is present is how a text begins: each request is carried out as a whole or not at all, so that it is a prefix. */
export function isBeginning(present: readonly Present[], blocks: readonly Block[]): boolean {
  return (
    present.length <= blocks.length &&
    present.every((block, place) => {
      const planned = blocks[place];
      return isFullBlock(block) && planned !== undefined && block.type === typeOf(planned);
    })
  );
}

/**
 * Writes what is missing behind what is present, which must be how the text begins. Gives the last edit, or null when nothing was
 * missing.
 */
export async function completeChildren(
  notion: Client,
  parentId: string,
  blocks: readonly Block[],
  present: readonly Present[],
): Promise<Edit | null> {
  let last: Edit | null = null;
  for (const [place, block] of present.entries()) {
    const planned = blocks[place];
    if (planned && isSplit(planned)) last = (await completeBlock(notion, block, insideOf(planned))) ?? last;
  }
  for (const batch of batchesOf(blocks.slice(present.length))) {
    const { results } = await notion.blocks.children.append({
      block_id: parentId,
      children: batch.map(({ request }) => request),
    });
    last = editOf(results.at(-1)) ?? last;
    for (const [place, { later }] of batch.entries()) {
      const appended = results[place];
      if (appended && later.length > 0) last = (await completeChildren(notion, appended.id, later, [])) ?? last;
    }
  }
  return last;
}

async function completeBlock(notion: Client, block: Present, inside: readonly Block[]): Promise<Edit | null> {
  const present = await listChildren(notion, block.id);
  if (!isBeginning(present, inside)) throw new BodyDiffers();
  return completeChildren(notion, block.id, inside, present);
}

/** Makes sure that what stands there is the text, no less and no more. @throws {BodyDiffers} */
export async function verifyChildren(
  notion: Client,
  present: readonly Present[],
  blocks: readonly Block[],
): Promise<void> {
  if (present.length !== blocks.length || !isBeginning(present, blocks)) throw new BodyDiffers();
  for (const [place, block] of present.entries()) {
    const planned = blocks[place];
    if (planned && isSplit(planned)) {
      await verifyChildren(notion, await listChildren(notion, block.id), insideOf(planned));
    }
  }
}

/** Another request than ours was carried out in between: of an earlier call, which came late. */
class BodyDiffers extends DestilaError {
  constructor() {
    super('notion_unavailable', { detail: 'the page holds something else than was written' });
  }
}

function editOf(block: Present | undefined): Edit | null {
  if (!block || !isFullBlock(block)) return null;
  return { by: block.last_edited_by.id, at: block.last_edited_time };
}
