import { DestilaError, ERRORS } from '@destila/contracts';
import type { ClaimedJob } from './queue.ts';

/** Tries of one stage before a transient error is final. */
export const MAX_ATTEMPTS = 5;
/** Seconds before the second try; doubled for each one after it. */
const FIRST_DELAY = 10;
const LONGEST_DELAY = 15 * 60;
/** Seconds to wait for a rate limit that did not say how long, and at least for one that did. */
const DEFAULT_SNOOZE = 60;
const SHORTEST_SNOOZE = 5;
/** A rate limit may put a job off for a day in all; then it counts as a failure. */
const LONGEST_SNOOZE = 24 * 60 * 60;

export interface Verdict {
  code: DestilaError['code'];
  /** The code's sentence; what else is known of the error is for the log. */
  message: string;
  /** Null when there is no next try. */
  retryInSeconds: number | null;
  costsAttempt: boolean;
}

/** Decides what becomes of a job whose stage threw, by the error's code alone. `random` is in [0, 1). */
export function judge(
  error: unknown,
  job: Pick<ClaimedJob, 'attempts' | 'snoozed_seconds'>,
  random = Math.random,
): Verdict {
  const known = error instanceof DestilaError ? error : new DestilaError('internal_error', { cause: error });
  const verdict = { code: known.code, message: ERRORS[known.code].en[0] };
  if (known.retry === 'permanent') return { ...verdict, retryInSeconds: null, costsAttempt: true };

  if (known.retry === 'snooze') {
    const wait = Math.max(SHORTEST_SNOOZE, known.retryAfterSeconds ?? DEFAULT_SNOOZE);
    const fits = job.snoozed_seconds + wait <= LONGEST_SNOOZE;
    return { ...verdict, retryInSeconds: fits ? wait : null, costsAttempt: false };
  }

  if (job.attempts + 1 >= MAX_ATTEMPTS) return { ...verdict, retryInSeconds: null, costsAttempt: true };
  const wait = Math.min(LONGEST_SNOOZE, Math.max(known.retryAfterSeconds ?? 0, backoff(job.attempts, random)));
  return { ...verdict, retryInSeconds: wait, costsAttempt: true };
}

/** Exponential, with full jitter over the upper half, so that jobs that failed together do not come back together. */
function backoff(attempts: number, random: () => number): number {
  const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempts);
  return delay / 2 + (delay / 2) * random();
}
