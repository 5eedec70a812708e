import { DestilaError } from '@destila/contracts';
import type { Embedder } from './embedder.ts';

/** Milliseconds without work after which the model is let go: it holds some hundred megabytes. */
const IDLE = 60_000;

/** Of the questions of `bench/search`, 97 % are nearer to what answers them, and half of all the other passages are farther. */
const FARTHEST = 0.8;

type Answer = { vector: number[] } | { error: string };

/**
 * The Universal Sentence Encoder (lite) of npm, on this machine: it knows English, and nothing leaves. It computes in a
 * thread of its own, which is there while it is needed.
 */
export function offlineEmbedder(): Embedder & Disposable {
  let worker: Worker | null = null;
  let idle: Timer | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const letGo = () => {
    clearTimeout(idle);
    worker?.terminate();
    worker = null;
  };
  const read = async (text: string): Promise<number[]> => {
    clearTimeout(idle);
    worker ??= new Worker(new URL('./offline-embedder-thread.ts', import.meta.url).href);
    const { promise, resolve, reject } = Promise.withResolvers<number[]>();
    const refuse = (cause: unknown) => {
      letGo();
      reject(new DestilaError('llm_failed', { cause, detail: 'the offline model failed' }));
    };
    worker.onmessage = ({ data }: MessageEvent<Answer>) =>
      'vector' in data ? resolve(data.vector) : refuse(new Error(data.error));
    worker.onerror = (event) => refuse(event.error ?? event.message);
    worker.postMessage(text);
    try {
      return await promise;
    } finally {
      idle = setTimeout(letGo, IDLE);
      idle.unref();
    }
  };
  const readInTurn = (text: string, signal: AbortSignal): Promise<number[]> => {
    const vector = turn.then(() => {
      signal.throwIfAborted();
      return read(text);
    });
    turn = vector.catch(() => {});
    return vector;
  };

  return {
    name: 'offline:universal-sentence-encoder-lite',
    languages: ['en'],
    farthest: FARTHEST,
    // Text by text, so that a question need not wait until a whole note has been read.
    async embed(texts, _purpose, signal) {
      const vectors: number[][] = [];
      for (const text of texts) vectors.push(await readInTurn(text, signal));
      return vectors;
    },
    [Symbol.dispose]: letGo,
  };
}
