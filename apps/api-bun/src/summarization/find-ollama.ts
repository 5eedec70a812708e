import { z } from 'zod';

/** Ollama's own address (docs.ollama.com, API introduction). */
export const OLLAMA_URL = 'http://127.0.0.1:11434';

/** Where Ollama is, from an address that may be that of its OpenAI-compatible side: `http://127.0.0.1:11434/v1`. */
export function ollamaRoot(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, '').replace(/\/(v1|api)$/, '');
}

/** A model that Ollama has, as its `GET /api/tags` lists it. */
const installedSchema = z.object({
  name: z.string(),
  /** Bytes on disk. */
  size: z.number().default(0),
  /** Given for models that run at Ollama's own site: what they are asked leaves this machine. */
  remote_host: z.string().optional(),
  details: z.object({ family: z.string().nullish() }).nullish(),
});
const tagsSchema = z.object({ models: z.array(installedSchema) });
export type InstalledModel = z.infer<typeof installedSchema>;

/** Milliseconds that an Ollama on this machine is given to say what it has. */
const DEADLINE = 1_000;
/** Milliseconds for which an answer, also none, is good. */
const KEPT_FOR = 60_000;

/** Looks for an Ollama and the model of it to use; null when none runs, or it has none that fits. Looks once a minute at most. */
export type FindOllama = () => Promise<string | null>;

export function createOllamaFinder(root: string, now = () => performance.now(), suitable = suitableModel): FindOllama {
  let found: Promise<string | null> | undefined;
  let foundAt = 0;
  return () => {
    if (!found || now() - foundAt > KEPT_FOR) {
      foundAt = now();
      found = installedModels(root).then(suitable, () => null);
    }
    return found;
  };
}

async function installedModels(root: string): Promise<InstalledModel[]> {
  const response = await fetch(`${root}/api/tags`, { redirect: 'manual', signal: AbortSignal.timeout(DEADLINE) });
  return tagsSchema.parse(await response.json()).models;
}

/** Models that embed, judge or draw, and those made for something else than prose. */
const NO_WRITER = /embed|minilm|\bbge\b|rerank|guard|shield|ocr/i;
const SPECIALIST = /code|coder|math|translat|sql|\bmed/i;
const EMBEDDERS = /bert/i;
const NAMED_EMBEDDER = /embed|minilm|\bbge\b/i;
/** Bytes: what most machines that run Ollama at all run at a bearable speed. */
const BEARABLE = 10e9;

/** The largest that is bearable, of those that write prose; else the smallest of them. Never one that runs elsewhere. */
export function suitableModel(installed: readonly InstalledModel[]): string | null {
  const writers = installed.filter(
    ({ name, remote_host, details }) =>
      !remote_host && !/[:-]cloud$/.test(name) && !NO_WRITER.test(name) && !EMBEDDERS.test(details?.family ?? ''),
  );
  const generalists = writers.filter(({ name }) => !SPECIALIST.test(name));
  const bySize = (generalists.length > 0 ? generalists : writers).toSorted((a, b) => a.size - b.size);
  const chosen = bySize.findLast(({ size }) => size <= BEARABLE) ?? bySize[0];
  return chosen?.name ?? null;
}

/** Models that make vectors of text in many languages, the better first. */
const MULTILINGUAL = [/embeddinggemma/, /qwen3-embedding/, /bge-m3/, /nomic-embed-text-v2/, /multilingual/];

/** One that makes vectors of text: of many languages, where there is such a one. */
export function suitableEmbedder(installed: readonly InstalledModel[]): string | null {
  const embedders = installed.filter(
    ({ name, remote_host, details }) =>
      !remote_host && (NAMED_EMBEDDER.test(name) || EMBEDDERS.test(details?.family ?? '')),
  );
  const best = MULTILINGUAL.map((pattern) => embedders.find(({ name }) => pattern.test(name))).find(Boolean);
  return (best ?? embedders[0])?.name ?? null;
}
