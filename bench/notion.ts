import type { Kept, Note } from '../apps/api-bun/src/destinations/destination.ts';
import { NotionDestination } from '../apps/api-bun/src/destinations/notion/notion-destination.ts';
import { LIMITS } from '../tests/notion-server/limits.ts';
import { NotionServer } from '../tests/notion-server/notion-server.ts';
import type { StoredBlock } from '../tests/notion-server/workspace.ts';
import { machine, table } from './measure/report.ts';

// How many requests a save to Notion takes, beside the fewest that Notion's limits leave possible. Notion allows about three a second.

interface Text {
  markdown: string;
  transcriptMinutes?: number;
  /** Its cover is no public picture. */
  uploadsCover?: boolean;
}

/** Requests that carry a file into Notion: one that announces it, one that holds it. */
const UPLOAD = 2;
const SHORT = 'De qué va.\n\n## Puntos clave\n\n- uno\n- dos\n\n## Tareas\n\n- [ ] una';

const NOTES: Record<string, Text> = {
  'a short note': { markdown: SHORT },
  'the same with a cover to upload': { markdown: SHORT, uploadsCover: true },
  'an hour: 12 chapters of 6 points': { markdown: summaryOf(12, 6) },
  'the same with its transcript': { markdown: summaryOf(12, 6), transcriptMinutes: 60 },
  'four hours: 40 chapters of 10 points, with details': { markdown: summaryOf(40, 10, '\n  - detalle') },
  'four hours with their transcript': { markdown: summaryOf(40, 10, '\n  - detalle'), transcriptMinutes: 240 },
  'a table of 2,000 rows': { markdown: `| n |\n| - |\n${lines(2_000, (n) => `| ${n} |`)}` },
  'a list of 300 items, nested five deep': {
    markdown: lines(300, (n) => `- ${n}\n  - a\n    - b\n      - c\n        - d`),
  },
  'a list nested 90 deep': { markdown: lines(90, (n) => `${'  '.repeat(n)}- ${n}`) },
};

console.log(machine());
const notion = await NotionServer.start();
const { token, dataSourceId, url: baseUrl } = notion;
const destinations = [false, true].map(
  (transcript) => new NotionDestination({ token, dataSourceId, baseUrl, transcript }),
);
// Every process asks once for the database's properties, and once adds the one for the import key.
for (const destination of destinations) await save(destination, noteOf('warm', { markdown: 'a' }));

const rows: string[][] = [];
for (const [name, note] of Object.entries(NOTES)) rows.push(await measure(name, note));
console.log(
  table(['note', 'blocks', 'KB', 'first save', 'fewest', 'same again', 'changed', 'taken up at the end'], rows),
);
notion.stop();

async function measure(name: string, text: Text): Promise<string[]> {
  const destination = destinations[text.transcriptMinutes ? 1 : 0];
  if (!destination) throw new Error('there is no destination');
  const first = await save(destination, noteOf(name, text));
  const page = notion.pages.at(-1);
  const blocks = page?.children ?? [];
  const bytes = Buffer.byteLength(JSON.stringify(blocks.map(contentOf)));
  const fewest = fewestFor(blocks, bytes) + (text.uploadsCover ? UPLOAD : 0);
  const same = await save(destination, noteOf(name, text), first.kept);
  const changed = await save(destination, noteOf(name, { ...text, markdown: `${text.markdown}\n\nY más.` }), same.kept);
  const unrecorded = await save(
    destination,
    noteOf(name, { ...text, markdown: `Otra.\n\n${text.markdown}` }),
    changed.kept,
  );
  const taken = await save(
    destination,
    noteOf(name, { ...text, markdown: `Otra.\n\n${text.markdown}` }),
    unrecorded.keptLast,
    true,
  );
  return [
    name,
    countOf(blocks),
    bytes / 1_000,
    first.requests,
    fewest,
    same.requests,
    changed.requests,
    taken.requests,
  ].map((value) => (typeof value === 'number' ? String(Math.round(value)) : value));
}

async function save(destination: NotionDestination, note: Note, kept: Kept | null = null, repeated = false) {
  notion.requests.length = 0;
  let keptLast: Kept | null = kept;
  const published = await destination.publish(note, {
    kept,
    repeated,
    onConflict: 'ask',
    keep: async (now) => {
      keptLast = now;
    },
    confirm: () => {},
    signal: new AbortController().signal,
  });
  const result: { requests: number; kept: Kept; keptLast: Kept | null } = {
    requests: notion.requests.length,
    kept: published,
    keptLast,
  };
  return result;
}

/** Requests that nothing can save: each carries so many blocks of one parent, so many in all, so many bytes, and three levels. */
function fewestFor(blocks: readonly StoredBlock[], bytes: number): number {
  const batches = (list: readonly StoredBlock[]) => Math.ceil(list.length / LIMITS.elements);
  const sum = (list: readonly StoredBlock[], of: (block: StoredBlock) => number) =>
    list.reduce((total, block) => total + of(block), 0);
  const more = ({ children }: StoredBlock) => Math.max(0, batches(children) - 1);
  const forList = (list: readonly StoredBlock[]): number => batches(list) + sum(list, forInside);
  const forInside = (block: StoredBlock): number =>
    more(block) +
    sum(block.children, (child) => more(child) + sum(child.children, ({ children }) => forList(children)));
  return Math.max(forList(blocks), Math.ceil(countOf(blocks) / LIMITS.blocks), Math.ceil(bytes / LIMITS.bytes));
}

function countOf(blocks: readonly StoredBlock[]): number {
  return blocks.reduce((sum, { children }) => sum + 1 + countOf(children), 0);
}

function contentOf({ type, content, children }: StoredBlock): object {
  return { [type]: { ...content, ...(children.length > 0 && { children: children.map(contentOf) }) } };
}

function noteOf(name: string, { markdown, transcriptMinutes = 0, uploadsCover = false }: Text): Note {
  const words = 'palabras que se dicen en un minuto del vídeo '.repeat(16);
  const link = 'https://www.youtube.com/watch?v=abcdefghijk';
  return {
    importKey: name,
    title: name,
    url: link,
    isEmbeddable: true,
    coverUrl: uploadsCover ? null : 'https://i.ytimg.com/vi/abcdefghijk/hqdefault.jpg',
    thumbnail: async () => new Uint8Array(40_000),
    markdown,
    transcript: Array.from({ length: transcriptMinutes }, (_, minute) => ({ start: minute * 60, link, text: words })),
    category: { name: 'Cocina', color: 'green' },
    tags: ['uno', 'dos'],
    channel: null,
    published: null,
    durationSeconds: 3_600,
    language: 'es',
    savedAt: new Date(),
  };
}

function summaryOf(chapters: number, points: number, detail = ''): string {
  const point = (n: number) => `- Punto ${n}, con unas cuantas palabras que lo explican.${detail}`;
  const chapter = (n: number) =>
    `### [${n}:00](https://youtu.be/abcdefghijk?t=${n}m) Parte ${n}\n\n${lines(points, point)}`;
  const parts = Array.from({ length: chapters }, (_, n) => chapter(n)).join('\n\n');
  return `De qué va.\n\n## Puntos clave\n\n${lines(8, point)}\n\n## Capítulos\n\n${parts}\n\n## Tareas\n\n- [ ] una\n- [ ] dos`;
}

function lines(count: number, line: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => line(n)).join('\n');
}
