import { join } from 'node:path';
import { pick } from '../chaos/random.ts';
import { LEASE, type PublisherSettings } from './settings.ts';

/** Milliseconds between two blows, at least and at most. */
const PAUSE = { least: 300, most: 1_100 };
/** Share of the blows that freeze a process instead of killing it. */
const FROZEN = 0.25;

/** Processes that save; one that is killed is followed by another. */
export class Publishers {
  killed = 0;
  frozen = 0;
  readonly #settings: PublisherSettings;
  readonly #children: Bun.Subprocess[] = [];
  #isOver = false;

  constructor(size: number, settings: PublisherSettings) {
    this.#settings = settings;
    for (let place = 0; place < size; place += 1) this.#launch(place);
    process.on('exit', () => this.killAll());
  }

  /** Kills and freezes processes at random until it is stopped. */
  hurt(random: () => number): { stop(): Promise<void> } {
    let isStopped = false;
    const hurting = (async () => {
      while (!isStopped) {
        await Bun.sleep(PAUSE.least + random() * (PAUSE.most - PAUSE.least));
        const child = pick(this.#children, random);
        if (!child) continue;
        if (random() < FROZEN) await this.#freeze(child);
        else {
          this.killed += 1;
          child.kill('SIGKILL');
        }
      }
    })();
    return {
      stop() {
        isStopped = true;
        return hurting;
      },
    };
  }

  killAll(): void {
    this.#isOver = true;
    for (const child of this.#children) child.kill('SIGKILL');
  }

  /** For longer than its claims last, so that it wakes up among those who have taken them over. */
  async #freeze(child: Bun.Subprocess): Promise<void> {
    this.frozen += 1;
    child.kill('SIGSTOP');
    await Bun.sleep(LEASE.leaseSeconds * 1_000 + 500);
    child.kill('SIGCONT');
  }

  #launch(place: number): void {
    const child = Bun.spawn([process.execPath, join(import.meta.dir, 'publisher.ts'), JSON.stringify(this.#settings)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    this.#children[place] = child;
    void child.exited.then(() => {
      if (!this.#isOver) this.#launch(place);
    });
  }
}
