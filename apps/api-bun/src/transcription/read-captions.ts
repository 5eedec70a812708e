import type { Segment } from '@destila/contracts';
import type { CaptionsForm } from './captions.ts';

export interface CaptionsFile extends Required<CaptionsForm> {
  text: string;
}

/** Milliseconds. A day of speech takes some two seconds; only text made to be slow takes longer. */
const DEADLINE = 30_000;

/**
 * What is said in a captions file, as `parseCaptions` reads it, in a thread of its own: what a site hands out may keep a
 * parser busy for seconds, in which nobody would be answered. [] for what is beyond what captions can be.
 * @throws the signal's reason
 */
export async function readCaptions(file: CaptionsFile, signal: AbortSignal): Promise<Segment[]> {
  signal.throwIfAborted();
  const thread = new Worker(new URL('./read-captions-thread.ts', import.meta.url).href);
  const stop = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE)]);
  const { promise, resolve } = Promise.withResolvers<Segment[]>();
  const giveUp = () => resolve([]);
  stop.addEventListener('abort', giveUp);
  thread.onmessage = ({ data }: MessageEvent<Segment[]>) => resolve(data);
  thread.onerror = giveUp;
  try {
    thread.postMessage(file);
    const segments = await promise;
    signal.throwIfAborted();
    return segments;
  } finally {
    stop.removeEventListener('abort', giveUp);
    thread.terminate();
  }
}
