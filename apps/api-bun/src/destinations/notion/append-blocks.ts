import type { BlockObjectRequest, Client } from '@notionhq/client';
import type { Block, LeafRequest } from './blocks.ts';

/** Of one request. https://developers.notion.com/reference/request-limits */
const MAX_CHILDREN = 100;
const MAX_BLOCKS = 1000;
/** Notion's own limit is 500 KB. */
const MAX_BYTES = 400_000;
/** What a block brings along in its own request; further children follow in requests of their own. */
const MAX_BYTES_INSIDE = 100_000;

/** Appends blocks of any number and depth to a page or a block, in as few requests as Notion's limits allow. */
export async function appendBlocks(notion: Client, parentId: string, blocks: readonly Block[]): Promise<void> {
  for (const batch of batchesOf(blocks)) {
    const { results } = await notion.blocks.children.append({
      block_id: parentId,
      children: batch.map(({ request }) => request),
    });
    for (const [index, { later }] of batch.entries()) {
      const appended = results[index];
      if (appended && later.length > 0) await appendBlocks(notion, appended.id, later);
    }
  }
}

interface Prepared {
  request: BlockObjectRequest;
  /** Blocks in the request, itself included. */
  count: number;
  bytes: number;
  /** Children that the request does not carry. */
  later: readonly Block[];
}

function batchesOf(blocks: readonly Block[]): Prepared[][] {
  const batches: Prepared[][] = [];
  let [count, bytes] = [0, 0];
  for (const prepared of blocks.map(prepare)) {
    const batch = batches.at(-1);
    count += prepared.count;
    bytes += prepared.bytes;
    if (batch && batch.length < MAX_CHILDREN && count <= MAX_BLOCKS && bytes <= MAX_BYTES) batch.push(prepared);
    else {
      batches.push([prepared]);
      [count, bytes] = [prepared.count, prepared.bytes];
    }
  }
  return batches;
}

/** A request carries children one level deep, and the order must hold: those before the first that has its own. */
function prepare(block: Block): Prepared {
  if ('leaf' in block) return { request: block.leaf, count: 1, bytes: sizeOf(block.leaf), later: [] };
  const inside: LeafRequest[] = [];
  let bytes = 0;
  for (const child of block.children) {
    if (!('leaf' in child) || inside.length === MAX_CHILDREN) break;
    bytes += sizeOf(child.leaf);
    if (bytes > MAX_BYTES_INSIDE && inside.length > 0) break;
    inside.push(child.leaf);
  }
  const request = block.build(inside);
  return { request, count: 1 + inside.length, bytes: sizeOf(request), later: block.children.slice(inside.length) };
}

function sizeOf(request: BlockObjectRequest): number {
  return Buffer.byteLength(JSON.stringify(request));
}
