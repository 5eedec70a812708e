/** A program that was run from this process. */
export interface ChildRun {
  /** Milliseconds since 1970. */
  started: number;
  ended: number;
  /** Milliseconds of processor time. */
  cpu: number;
}

/** From now on, every program that this process runs is noted down as it ends, without a wrapper that would take time of its own. */
export function watchChildren(): ChildRun[] {
  const runs: ChildRun[] = [];
  const spawn = new Proxy(Bun.spawn, {
    apply(target, self, args) {
      const started = now();
      const child: Bun.Subprocess = Reflect.apply(target, self, args);
      void child.exited.then(() => {
        runs.push({ started, ended: now(), cpu: Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1000 });
      });
      return child;
    },
  });
  Reflect.set(Bun, 'spawn', spawn);
  return runs;
}

/** Milliseconds between the two moments in which at least one of the programs ran. */
export function timeInChildren(runs: readonly ChildRun[], from: number, to: number): number {
  let covered = from;
  let total = 0;
  for (const { started, ended } of [...runs].sort((a, b) => a.started - b.started)) {
    const start = Math.max(started, covered);
    const end = Math.min(ended, to);
    if (end <= start) continue;
    total += end - start;
    covered = end;
  }
  return total;
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
