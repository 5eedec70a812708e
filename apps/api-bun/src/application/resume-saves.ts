import { setTimeout as sleep } from 'node:timers/promises';
import { claimUnfinishedPublication, failPublication, type PublicationClaim } from '../database/publications.ts';
import { MAX_ATTEMPTS } from '../queue/retry-policy.ts';
import { type Publishing, publishNote } from './publish-note.ts';

/** Milliseconds between two looks for saves that nobody is at. */
const PERIOD = 5_000;

/**
 * Finishes saves that were cut off by the end of their process, and tries those again that were put off, without another click. At
 * once, and then as long as it is not disposed of.
 */
export function resumeSaves(services: Publishing, period = PERIOD): AsyncDisposable {
  const stopping = new AbortController();
  const working = work(services, stopping.signal, period);
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await working;
    },
  };
}

async function work(services: Publishing, stopping: AbortSignal, period: number): Promise<void> {
  while (!stopping.aborted) {
    try {
      const claim = await claimUnfinishedPublication(services.database, services.destination.name, services.lease);
      if (claim) await resume(services, claim, stopping);
      else await sleep(period, undefined, { signal: stopping }).catch(() => {});
    } catch (error) {
      services.logger.error({ err: error }, 'unfinished saves could not be asked for');
      await sleep(period, undefined, { signal: stopping }).catch(() => {});
    }
  }
}

async function resume(services: Publishing, claim: PublicationClaim, stopping: AbortSignal): Promise<void> {
  // One that has ended its process again and again must not do so for ever.
  if (claim.attempts >= MAX_ATTEMPTS) {
    return failPublication(services.database, claim, {
      code: 'worker_crashed',
      retryInSeconds: null,
      costsAttempt: true,
    });
  }
  // What it failed for is written down with the save.
  await publishNote(services, claim, stopping).catch(() => {});
}
