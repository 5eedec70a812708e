import { join } from 'node:path';
import { MARK, type Word, type WorkerSettings, wordSchema } from './settings.ts';

/** Milliseconds a worker has to stop in order. */
const STOP_DEADLINE = 20_000;

interface Member {
  readonly workerId: string;
  readonly child: Bun.Subprocess<'ignore', 'pipe', 'inherit'>;
  isStopped: boolean;
  isKilled: boolean;
}

export interface CrewOptions {
  mark: string;
  size: number;
  databaseUrl: string;
  folder: string;
  seed: number;
}

/** Worker processes under a supervisor that starts a new one for each that is killed. */
export class Crew {
  /** What the workers have said, in the order it arrived. */
  readonly words: Word[] = [];
  /** The ids of those that were ended by SIGKILL. */
  readonly killed = new Set<string>();
  readonly violations: string[] = [];
  readonly #members = new Map<number, Member>();
  readonly #options: CrewOptions;
  #launched = 0;
  #isStopping = false;

  constructor(options: CrewOptions) {
    this.#options = options;
    for (let place = 0; place < options.size; place++) this.#launch(place);
    process.on('exit', () => {
      for (const { child } of this.#members.values()) child.kill('SIGKILL');
    });
  }

  /** Those that are neither killed nor stopped by SIGSTOP. */
  get awake(): Member[] {
    return [...this.#members.values()].filter(
      ({ child, ...member }) => child.exitCode === null && !member.isKilled && !member.isStopped,
    );
  }

  kill(member: Member): void {
    member.isKilled = true;
    this.killed.add(member.workerId);
    member.child.kill('SIGKILL');
  }

  /** SIGSTOP, and SIGCONT after so many milliseconds. */
  async freeze(member: Member, milliseconds: number): Promise<void> {
    member.isStopped = true;
    member.child.kill('SIGSTOP');
    await Bun.sleep(milliseconds);
    member.child.kill('SIGCONT');
    member.isStopped = false;
  }

  /** Stops all in order; one that does not stop is killed, and that is a violation. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all([...this.#members.values()].map((member) => this.#stopOne(member)));
  }

  /** Every worker of a place has the same one, as after a restart of its machine. */
  dataDir(place: number): string {
    return join(this.#options.folder, String(place));
  }

  #launch(place: number): void {
    const { mark, databaseUrl, folder, seed } = this.#options;
    const number = ++this.#launched;
    const settings: WorkerSettings = {
      workerId: `worker-${place}-${number}`,
      databaseUrl,
      workRoot: join(this.dataDir(place), 'work'),
      logFile: join(folder, 'workers.log'),
      seed: seed + number,
    };
    const child = Bun.spawn([process.execPath, join(import.meta.dir, 'worker.ts'), JSON.stringify(settings)], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, [MARK]: mark },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'inherit',
    });
    const member: Member = { workerId: settings.workerId, child, isStopped: false, isKilled: false };
    this.#members.set(place, member);
    void this.#listen(child.stdout);
    void child.exited.then((code) => {
      if (this.#isStopping) return;
      if (member.isKilled) this.#launch(place);
      else this.violations.push(`${member.workerId} ended by itself with ${code}`);
    });
  }

  async #listen(stdout: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const bytes of stdout) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.words.push(wordSchema.parse(JSON.parse(line)));
    }
  }

  async #stopOne({ workerId, child }: Member): Promise<void> {
    child.kill('SIGTERM');
    const code = await Promise.race([child.exited, Bun.sleep(STOP_DEADLINE)]);
    if (code !== 0) this.violations.push(`${workerId} did not stop in order: ${code ?? 'it had to be killed'}`);
    child.kill('SIGKILL');
    await child.exited;
  }
}
