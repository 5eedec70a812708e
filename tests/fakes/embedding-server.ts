import { setTimeout as sleep } from 'node:timers/promises';

/** Words that mean the like, in both languages: what this model understands. Every other word means itself alone. */
const CONCEPTS: readonly (readonly string[])[] = [
  ['marea', 'mareas', 'tide', 'tides', 'pleamar', 'oleaje'],
  ['luna', 'lunar', 'moon', 'satélite', 'satelite'],
  ['pan', 'bread', 'hogaza', 'loaf', 'barra'],
  ['masa', 'levadura', 'dough', 'sourdough', 'fermento', 'leaven'],
  ['inflación', 'inflacion', 'inflation', 'precios', 'prices', 'encarecimiento'],
  ['banco', 'bank', 'tipos', 'rates'],
  ['dormir', 'sueño', 'sleep', 'descanso', 'insomnio'],
];
const NOTHING_SAID = /^(de|la|el|los|las|que|en|y|a|un|una|por|qué|cómo|the|of|and|to|in|is|how|why|does|do)$/;

export interface EmbeddingServer {
  /** What `EMBEDDINGS_BASE_URL` should be. */
  readonly baseUrl: string;
  /** All texts that were read so far, in order, with the model that was to read them. */
  readonly read: { model: string; text: string; authorization: string | null }[];
  /** The next so many requests are refused so; 429 with a Retry-After of one second. */
  refuse(status: number, times?: number): void;
  /** Milliseconds that each request takes from now on. */
  delay: number;
  /** What becomes of the vectors of an answer from now on. */
  distort(vectors: number[][]): number[][];
  /** Whether the last vector comes first from now on, each with the index of its text. */
  isBackwards: boolean;
  stop(): Promise<void>;
}

/**
 * Models on loopback that speak OpenAI's `/v1/embeddings`, as Ollama does, and name themselves as Ollama's do (`/api/tags`).
 * A text is the sum of what its words mean: the same on every machine, and alike for texts that are about the same.
 * The dimension is in the model's name (`test-64`), else 64.
 */
export function startEmbeddingServer(): EmbeddingServer {
  const read: EmbeddingServer['read'] = [];
  const refusals: number[] = [];
  const embed = async (request: Request) => {
    await sleep(server.delay, undefined, { signal: request.signal }).catch(() => {});
    const refused = refusals.shift();
    if (refused !== undefined) {
      const headers = new Headers(refused === 429 ? { 'retry-after': '1' } : {});
      return Response.json({ error: { message: 'told to refuse', type: 'test' } }, { status: refused, headers });
    }
    const body: unknown = await request.json();
    if (!isAsked(body)) return Response.json({ error: { message: 'model and input are required' } }, { status: 400 });
    const texts = typeof body.input === 'string' ? [body.input] : body.input;
    const authorization = request.headers.get('authorization');
    read.push(...texts.map((text) => ({ model: body.model, text, authorization })));
    const dimension = Number(/-(\d+)$/.exec(body.model)?.[1] ?? 64);
    const vectors = server.distort(texts.map((text) => meaningOf(text, dimension)));
    const data = vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }));
    return Response.json({
      object: 'list',
      model: body.model,
      data: server.isBackwards ? data.toReversed() : data,
      usage: { prompt_tokens: texts.join(' ').length / 4, total_tokens: texts.join(' ').length / 4 },
    });
  };
  const tags = [
    { name: 'llama3.2:3b', size: 2_000_000_000, details: { family: 'llama' } },
    { name: 'nomic-embed-text:latest', size: 274_000_000, details: { family: 'nomic-bert' } },
  ];
  const http: Bun.Server<undefined> = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    routes: {
      '/v1/embeddings': { POST: embed },
      '/api/tags': () => Response.json({ models: tags }),
    },
    fetch: () => Response.json({ error: { message: 'no such endpoint' } }, { status: 404 }),
  });
  const server: EmbeddingServer = {
    baseUrl: `http://127.0.0.1:${http.port}/v1`,
    read,
    delay: 0,
    distort: (vectors) => vectors,
    isBackwards: false,
    refuse: (status, times = 1) => {
      refusals.push(...Array.from({ length: times }, () => status));
    },
    stop: () => http.stop(true),
  };
  return server;
}

/** A unit vector. */
function meaningOf(text: string, dimension: number): number[] {
  const sum = new Array<number>(dimension).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    if (NOTHING_SAID.test(word)) continue;
    const concept = CONCEPTS.findIndex((words) => words.includes(word));
    const weight = concept < 0 ? 0.3 : 1;
    for (const [at, part] of direction(concept < 0 ? word : `concept ${concept}`, dimension).entries()) {
      sum[at] = (sum[at] ?? 0) + weight * part;
    }
  }
  const length = Math.hypot(...sum) || 1;
  return sum.map((part) => part / length);
}

/** The same pseudo-random direction for the same name. */
function direction(name: string, dimension: number): number[] {
  let state = BigInt(Bun.hash(name)) & 0xffffffffn;
  return Array.from({ length: dimension }, () => {
    state = (state * 1664525n + 1013904223n) & 0xffffffffn;
    return Number(state) / 2 ** 31 - 1;
  });
}

function isAsked(body: unknown): body is { model: string; input: string | string[] } {
  return typeof body === 'object' && body !== null && 'model' in body && 'input' in body;
}
