import { setTimeout as sleep } from 'node:timers/promises';
import { claimUnfinishedPublication, failPublication, type PublicationClaim } from '../database/publications.ts';
import { MAX_ATTEMPTS } from '../queue/retry-policy.ts';
import { type Publishing, publishNote } from './publish-note.ts';
import { removeStrays } from './remove-strays.ts';

/** Milliseconds between two looks for saves that nobody is at. */
const PERIOD = 5_000;

interface ResumeOptions {
  /** Milliseconds between two looks. */
  period?: number;
  /** Called when a save was finished. */
  onSaved?: (userId: string, jobId: string) => Promise<unknown>;
}

/**
 * Finishes saves that were cut off by the end of their process, and tries those again that were put off, without another click; and
 * looks, a while later, for what came too late of such ones. At once, and then as long as it is not disposed of.
 */
export function resumeSaves(services: Publishing, options: ResumeOptions = {}): AsyncDisposable {
  const stopping = new AbortController();
  const working = work(services, options, stopping.signal);
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await working;
    },
  };
}

async function work(services: Publishing, options: ResumeOptions, stopping: AbortSignal): Promise<void> {
  const rest = () => sleep(options.period ?? PERIOD, undefined, { signal: stopping }).catch(() => {});
  while (!stopping.aborted) {
    try {
      const claim = await claimUnfinishedPublication(services.database, services.lease);
      if (claim) await resume(services, claim, options, stopping);
      else if (!(await removeStrays(services, stopping))) await rest();
    } catch (error) {
      services.logger.error({ err: error }, 'an unfinished save could not be taken up');
      await rest();
    }
  }
}

async function resume(
  services: Publishing,
  claim: PublicationClaim,
  { onSaved }: ResumeOptions,
  stopping: AbortSignal,
): Promise<void> {
  // One that has ended its process again and again must not do so for ever.
  if (claim.attempts >= MAX_ATTEMPTS) {
    return failPublication(services.database, claim, {
      code: 'worker_crashed',
      retryInSeconds: null,
      costsAttempt: true,
    });
  }
  const isSaved = await publishNote(services, claim, stopping).then(
    () => !stopping.aborted,
    // What it failed for is written down with the save.
    () => false,
  );
  if (isSaved) await onSaved?.(claim.user_id, claim.job_id);
}
