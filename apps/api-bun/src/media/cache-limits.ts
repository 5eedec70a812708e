import type { CachedSound } from './media-cache.ts';

/** How much the cache may hold, and for how long. */
export interface CacheLimits {
  bytes: number;
  days: number;
}

/** A job that may still be transcribed; `held` while a worker is on it. */
export interface AwaitingJob {
  id: string;
  held: boolean;
}

/**
 * The jobs whose sound goes: no job waits for it, it is too old, or, oldest first, there is too much. What a running job
 * uses stays in any case.
 * @param sounds oldest first
 */
export function soundsToRemove(
  sounds: readonly CachedSound[],
  jobs: readonly AwaitingJob[],
  limits: CacheLimits,
  now: Date,
): string[] {
  const awaited = new Set(jobs.map(({ id }) => id));
  const used = new Set(jobs.filter(({ held }) => held).map(({ id }) => id));
  const oldest = now.getTime() - limits.days * 86_400_000;
  const outlived = (sound: CachedSound) => !awaited.has(sound.jobId) || sound.keptAt.getTime() < oldest;
  let total = sounds.reduce((sum, { bytes }) => sum + bytes, 0);
  const goes = new Set<string>();
  const drop = (sound: CachedSound) => {
    if (used.has(sound.jobId) || goes.has(sound.jobId)) return;
    goes.add(sound.jobId);
    total -= sound.bytes;
  };
  for (const sound of sounds) if (outlived(sound)) drop(sound);
  for (const sound of sounds) if (total > limits.bytes) drop(sound);
  return [...goes];
}
