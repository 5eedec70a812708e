import type { BlockObjectRequest } from '@notionhq/client';
import type { Block, InnerRequest, LeafRequest } from './blocks.ts';

/** Of one request. https://developers.notion.com/reference/request-limits */
const MAX_CHILDREN = 100;
const MAX_BLOCKS = 1000;
/** Notion's own limit is 500 KB; a block with what it brings along is no more than half of this. */
const MAX_BYTES = 450_000;
/** What a block brings along in its own request; further children follow in requests of their own. */
const MAX_BYTES_INSIDE = 100_000;

/** A block as it is sent, and what of its inside follows later. */
export interface Prepared {
  request: BlockObjectRequest;
  later: readonly Block[];
}

interface Measured<Request> {
  request: Request;
  /** Blocks in the request, itself included. */
  count: number;
  bytes: number;
}

/** Blocks of any number and depth, split so that each batch fits one request. */
export function batchesOf(blocks: readonly Block[]): Prepared[][] {
  const batches: Prepared[][] = [];
  let [count, bytes] = [0, 0];
  for (const block of blocks) {
    const { later, ...measured } = prepare(block);
    count += measured.count;
    bytes += measured.bytes;
    const batch = batches.at(-1);
    if (batch && batch.length < MAX_CHILDREN && count <= MAX_BLOCKS && bytes <= MAX_BYTES) {
      batch.push({ request: measured.request, later });
    } else {
      batches.push([{ request: measured.request, later }]);
      [count, bytes] = [measured.count, measured.bytes];
    }
  }
  return batches;
}

/** What a page can be made with: the answer names no blocks, so that one whose inside follows later has to wait. */
export function firstRequest(blocks: readonly Block[]): BlockObjectRequest[] {
  const [batch = []] = batchesOf(blocks);
  const end = batch.findIndex(({ later }) => later.length > 0);
  return batch.slice(0, end < 0 ? batch.length : end).map(({ request }) => request);
}

export function typeOf(block: Block): string {
  return Object.keys(withoutInside(block))[0] ?? '';
}

/** A name for blocks and all that stands inside them: the same for the same, and hardly ever for others. */
export function digestOf(blocks: readonly Block[]): string {
  const contentOf = (block: Block): unknown => [withoutInside(block), insideOf(block).map(contentOf)];
  return Bun.hash(JSON.stringify(blocks.map(contentOf))).toString(36);
}

function withoutInside(block: Block): object {
  if (block.kind === 'table') return { table: { table_width: block.width } };
  return block.kind === 'leaf' ? block.request : block.build({});
}

/** What stands inside a block, as blocks. */
export function insideOf(block: Block): readonly Block[] {
  if (block.kind === 'leaf') return [];
  return block.kind === 'table' ? block.rows.map((request) => ({ kind: 'leaf', request })) : block.children;
}

/** True when a request with this block leaves some of its inside for later. */
export function isSplit(block: Block): boolean {
  return prepare(block).later.length > 0;
}

function prepare(block: Block): Measured<BlockObjectRequest> & { later: readonly Block[] } {
  if (block.kind === 'leaf') return { ...measured(block.request), later: [] };
  const carried = carriedBy(block);
  const later = insideOf(block).slice(carried.length);
  if (block.kind === 'table') return { ...measured(tableOf(block, carried.length), carried.length), later };
  const count = carried.reduce((sum, child) => sum + child.count, 0);
  const children = carried.map(({ request }) => request);
  return { ...measured(block.build(children.length > 0 ? { children } : {}), count), later };
}

/** A request nests two levels deep, and the order must hold: those before the first that does not fit whole. */
function carriedBy(block: Block): Measured<InnerRequest>[] {
  const carried: Measured<InnerRequest>[] = [];
  let bytes = 0;
  for (const child of insideOf(block)) {
    const whole = wholeOf(child);
    if (!whole || carried.length === MAX_CHILDREN) break;
    bytes += whole.bytes;
    // A table is refused without a row.
    if (bytes > MAX_BYTES_INSIDE && (block.kind !== 'table' || carried.length > 0)) break;
    carried.push(whole);
  }
  return carried;
}

/** A block inside another one with all that stands inside it, when that is no more than leaves. */
function wholeOf(block: Block): Measured<InnerRequest> | null {
  const alone = leafOf(block);
  if (alone) return measured(alone);
  const inside = insideOf(block);
  const leaves = inside.map(leafOf).filter((child) => child !== null);
  if (leaves.length < inside.length || leaves.length > MAX_CHILDREN) return null;
  if (block.kind === 'table') return measured(tableOf(block, block.rows.length), leaves.length);
  return block.kind === 'leaf' ? null : measured(block.build({ children: leaves }), leaves.length);
}

function leafOf(block: Block): LeafRequest | null {
  if (block.kind === 'leaf') return block.request;
  return block.kind === 'container' && block.children.length === 0 ? block.build<never>({}) : null;
}

function tableOf({ width, rows }: Block & { kind: 'table' }, count: number) {
  return { table: { table_width: width, has_column_header: true, children: rows.slice(0, count) } };
}

function measured<Request extends BlockObjectRequest | InnerRequest>(request: Request, inside = 0): Measured<Request> {
  return { request, count: 1 + inside, bytes: Buffer.byteLength(JSON.stringify(request)) };
}
