/** A model that makes vectors of texts: what means the like lies near to each other. */
export interface Embedder {
  /** `provider:model`, which stands with every vector: those of two models cannot be compared. */
  readonly name: string;
  /** The languages it knows (ISO 639-1); null: any. */
  readonly languages: readonly string[] | null;
  /** The cosine distance from which on nothing has to do with a question; 2, which is all there is, where nobody has measured it. */
  readonly farthest: number;
  /**
   * One vector a text, in order, all of one dimension.
   * @throws {DestilaError} `llm_rejected`, `rate_limited`, `llm_failed`
   */
  embed(texts: readonly string[], purpose: Purpose, signal: AbortSignal): Promise<number[][]>;
}

/** Many models read what is looked for in another way than what is found. */
export type Purpose = 'passage' | 'query';

/** What models want before a text, from their own documentation; the others want nothing. */
const PREFIXES: readonly [model: RegExp, Record<Purpose, string>][] = [
  [/nomic-embed/, { passage: 'search_document: ', query: 'search_query: ' }],
  [/\be5\b|-e5-/, { passage: 'passage: ', query: 'query: ' }],
  [/embeddinggemma/, { passage: 'title: none | text: ', query: 'task: search result | query: ' }],
  [/mxbai|arctic-embed/, { passage: '', query: 'Represent this sentence for searching relevant passages: ' }],
];

export function prefixed(model: string, texts: readonly string[], purpose: Purpose): string[] {
  const prefix = PREFIXES.find(([pattern]) => pattern.test(model))?.[1][purpose] ?? '';
  return texts.map((text) => prefix + text);
}
