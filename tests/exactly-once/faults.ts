import { pick } from '../chaos/random.ts';
import type { Fault } from '../notion-server/faults.ts';
import { FIRST_DELAY } from './settings.ts';

/** How often each fault was given. */
export type Counts = Record<string, number>;

/** Share of the requests that meet a fault; the others are slow, so that processes die in the middle of them. */
const SHARE = 0.12;
const SLOWEST = 40;

const FAULTS: Fault[] = [
  { kind: 'dropped', when: 'before' },
  { kind: 'dropped', when: 'after' },
  { kind: 'half-answer' },
  { kind: 'denied', status: 504, code: 'gateway_timeout' },
  { kind: 'denied', status: 500, code: 'internal_server_error' },
  { kind: 'refused', status: 503, code: 'service_unavailable' },
  { kind: 'refused', status: 409, code: 'conflict_error' },
  { kind: 'refused', status: 429, code: 'rate_limited', retryAfter: 0 },
  { kind: 'refused', status: 529, code: 'service_overload', retryAfter: 0 },
  // Later than the next try begins.
  { kind: 'late', milliseconds: FIRST_DELAY + 10 },
];

export function randomFault(random: () => number, counts: Counts): Fault {
  if (random() > SHARE) return { kind: 'slow', milliseconds: random() * SLOWEST };
  const fault = pick(FAULTS, random) ?? { kind: 'half-answer' };
  const name =
    'when' in fault ? `${fault.kind} ${fault.when}` : 'status' in fault ? `${fault.kind} ${fault.status}` : fault.kind;
  counts[name] = (counts[name] ?? 0) + 1;
  return fault;
}
