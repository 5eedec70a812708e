import { DestilaError } from '@destila/contracts';
import type { Embedder } from './embedder.ts';

/** Milliseconds without work after which the model is let go: it holds some hundred megabytes. */
const IDLE = 60_000;
/** Texts that are read between two looks at whether anybody still waits. */
const AT_ONCE = 4;

/** Of the questions of `bench/search`, 97 % are nearer to what answers them, and half of all the other passages are farther. */
const FARTHEST = 0.8;

type Answer = { vectors: number[][] } | { error: string };

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
  const ask = (texts: readonly string[]): Promise<number[][]> => {
    worker ??= new Worker(new URL('./offline-embedder-thread.ts', import.meta.url).href);
    const asked = worker;
    return new Promise((resolve, reject) => {
      const refuse = (cause: unknown) => {
        letGo();
        reject(new DestilaError('llm_failed', { cause, detail: 'the offline model failed' }));
      };
      asked.onmessage = ({ data }: MessageEvent<Answer>) =>
        'vectors' in data ? resolve(data.vectors) : refuse(new Error(data.error));
      asked.onerror = (event) => refuse(event.error ?? event.message);
      asked.postMessage(texts);
    });
  };
  const askAll = async (texts: readonly string[], signal: AbortSignal) => {
    clearTimeout(idle);
    const vectors: number[][] = [];
    try {
      for (let at = 0; at < texts.length; at += AT_ONCE) {
        signal.throwIfAborted();
        vectors.push(...(await ask(texts.slice(at, at + AT_ONCE))));
      }
      return vectors;
    } finally {
      idle = setTimeout(letGo, IDLE);
      idle.unref();
    }
  };

  return {
    name: 'offline:universal-sentence-encoder-lite',
    languages: ['en'],
    farthest: FARTHEST,
    embed(texts, _purpose, signal) {
      const vectors = turn.then(() => askAll(texts, signal));
      turn = vectors.catch(() => {});
      return vectors;
    },
    [Symbol.dispose]: letGo,
  };
}
