import type { PostgresServer } from '../postgres-server.ts';
import type { BadNetwork, Remnant } from './bad-network.ts';
import type { Crew } from './crew.ts';
import { pick, shuffled } from './random.ts';
import { LEASE } from './settings.ts';

export const FAULTS = ['kill', 'freeze', 'restart', 'cut', 'half-open'] as const;
export type Fault = (typeof FAULTS)[number];

/** How often each comes, in every round of this many. */
const ROUND: readonly Fault[] = ['kill', 'kill', 'freeze', 'freeze', 'restart', 'cut', 'cut', 'half-open', 'half-open'];
/** Milliseconds between two faults. */
const GAP = { least: 100, most: 1_100 };
const REMNANTS: readonly Remnant[] = ['nothing', 'answers', 'requests'];

interface Victims {
  crew: Crew;
  network: BadNetwork;
  server: PostgresServer;
}

/** Hurts the victims for that long, and answers how often in which way. Nobody is frozen any more when it resolves. */
export async function injectFaults(
  victims: Victims,
  milliseconds: number,
  random: () => number,
): Promise<Record<Fault, number>> {
  const given: Record<Fault, number> = { kill: 0, freeze: 0, restart: 0, cut: 0, 'half-open': 0 };
  const frozen: Promise<void>[] = [];
  const until = performance.now() + milliseconds;
  let round: Fault[] = [];
  while (performance.now() < until) {
    await Bun.sleep(GAP.least + random() * (GAP.most - GAP.least));
    if (round.length === 0) round = shuffled(ROUND, random);
    const fault = round.pop();
    if (fault && (await inject(fault, victims, random, frozen))) given[fault] += 1;
  }
  await Promise.all(frozen);
  return given;
}

/** Answers false when there was nothing to hurt. */
async function inject(
  fault: Fault,
  { crew, network, server }: Victims,
  random: () => number,
  frozen: Promise<void>[],
): Promise<boolean> {
  if (fault === 'restart') {
    await server.restart();
    return true;
  }
  if (fault === 'kill' || fault === 'freeze') {
    const member = pick(crew.awake, random);
    if (member && fault === 'kill') crew.kill(member);
    if (member && fault === 'freeze') frozen.push(crew.freeze(member, LEASE.leaseSeconds * 1_000 * (1 + random() / 2)));
    return member !== undefined;
  }
  // A network fault seldom hits one connection alone.
  const links = network.whole.filter(() => random() < 0.5);
  const remnant = pick(REMNANTS, random) ?? 'nothing';
  for (const link of links) {
    if (fault === 'cut') network.cut(link);
    else network.halfOpen(link, remnant);
  }
  return links.length > 0;
}
