import { afterAll, beforeAll, expect, test } from 'bun:test';
import { STAGE_PROGRESS, STAGES, type StageName } from '@destila/contracts';
import fc from 'fast-check';
import { addUser, describeOn, freshDatabase, QUEUE_DATABASES } from '../../../../tests/databases.ts';
import type { Database } from '../database/database.ts';
import { type ClaimedJob, createQueue, type Queue } from './queue.ts';
import { type ModelClaim, type ModelJob, QueueModel } from './queue-model.fixture.ts';

const RUNS = 60;
/** Milliseconds, after which a script that fails is not shortened any more. */
const LONGEST = 30_000;
const WORKERS = ['worker-1', 'worker-2', 'worker-3'];
/** Low, so that poison pills occur within a script. */
const CRASH_LIMIT = 2;

/** What may happen to a queue, and how often. */
const EVENTS = [
  ['enqueue', 3],
  ['claim', 3],
  ['claimFurthest', 9],
  ['claimJob', 2],
  ['heartbeat', 4],
  ['complete', 9],
  ['fail', 4],
  ['release', 1],
  ['cancel', 1],
  ['retry', 4],
  ['moveToFront', 2],
  ['delete', 1],
  ['restore', 2],
  ['purge', 1],
  ['leaseEnds', 4],
  ['fallsDue', 3],
  ['restart', 1],
] as const;
type Verb = (typeof EVENTS)[number][0];

/** One line of a script. Numbers choose among the jobs and claims that exist when it is played. */
const step = fc.record({
  verb: fc.oneof(...EVENTS.map(([verb, weight]) => ({ weight, arbitrary: fc.constant(verb) }))),
  worker: fc.constantFrom(...WORKERS),
  person: fc.nat({ max: 2 }),
  isStranger: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  stage: fc.constantFrom(...STAGES),
  job: fc.nat({ max: 20 }),
  /** 0 is the last claim that was given, 1 the one before it. */
  claim: fc.nat({ max: 4 }),
  progress: fc.double({ min: 0, max: 1, noNaN: true }),
  failure: fc.constantFrom('permanent', 'transient', 'transient, at once', 'snooze'),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const FAILURES: Record<string, [code: string, retryInSeconds: number | null, costsAttempt: boolean]> = {
  permanent: ['no_speech', null, true],
  transient: ['network', 3600, true],
  'transient, at once': ['network', 0, true],
  snooze: ['rate_limited', 3600, false],
};

describeOn(QUEUE_DATABASES, 'whatever three workers and three people do, the queue', (kind) => {
  let database: Database;
  let queue: Queue;
  beforeAll(async () => {
    database = await freshDatabase(kind);
    queue = createQueue(database, () => {}, { crashLimit: CRASH_LIMIT });
  });
  afterAll(() => database.close());

  test('does what its model says, loses nothing and takes no word from a stale claim', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 60, maxLength: 100, size: 'max' }), async (script) => {
        await database.query('delete from auth.users');
        const people = [await addUser(database), await addUser(database), await addUser(database)];
        await play(script, new Player(database, queue, people));
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: LONGEST },
    );
  });
});

async function play(script: readonly Step[], player: Player): Promise<void> {
  let before = await player.look();
  for (const [number, line] of script.entries()) {
    const touched = await player.play(line);
    const after = await player.look();
    const broken = brokenRules(line.verb, touched, before, after);
    expect(broken, `after line ${number}`).toEqual([]);
    expect(projected(after), `after line ${number}`).toEqual(player.expected());
    before = after;
  }
}

/** A job as it stands in the database. */
interface SeenJob extends Pick<ModelJob, 'status' | 'failedStage' | 'progress' | 'token' | 'holder' | 'deleted'> {
  /** The transaction that wrote the row last. */
  writtenBy: string;
  checkpoints: Partial<Record<StageName, number>>;
  history: string[];
}
type Seen = Map<string, SeenJob>;

/** Rules that hold whatever the model thinks. `touched`: the jobs that the verb may have written; null when any. */
function brokenRules(verb: Verb, touched: ReadonlySet<string> | null, before: Seen, after: Seen): string[] {
  return [...before].flatMap(([id, old]) => {
    const now = after.get(id);
    if (!now) return verb === 'purge' && old.deleted ? [] : [`${id} was lost`];
    const rules = {
      'what a verb was not allowed to do it has not done':
        touched?.has(id) !== false || now.writtenBy === old.writtenBy,
      'tokens only rise': now.token >= old.token,
      'no output is replaced by an older claim’s': STAGES.every(
        (stage) => (now.checkpoints[stage] ?? 0) >= (old.checkpoints[stage] ?? 0),
      ),
      'the output is that of a claim there was': Object.values(now.checkpoints).every((token) => token <= now.token),
      'what has ended stays': verb === 'retry' || !hasEnded(old) || now.status === old.status,
      'progress never goes back within a stage':
        verb === 'retry' || now.status !== old.status || now.progress >= old.progress,
      'history is only added to': old.history.every((line, index) => now.history[index] === line),
    };
    return Object.entries(rules).flatMap(([rule, holds]) => (holds ? [] : [`${rule}: ${id}`]));
  });
}

function hasEnded(job: SeenJob): boolean {
  return ['ready', 'saved', 'failed', 'cancelled'].includes(job.status);
}

function projected(seen: Seen): object[] {
  return [...seen.values()].map(({ writtenBy: _, ...job }) => job);
}

/** Plays lines on the queue and on its model, and compares their answers. */
class Player {
  readonly #model = new QueueModel(CRASH_LIMIT);
  readonly #claims: { claimed: ClaimedJob; model: ModelClaim }[] = [];

  constructor(
    private readonly database: Database,
    private readonly queue: Queue,
    private readonly people: readonly string[],
  ) {}

  /** Answers which jobs the line may have written; null when any. */
  async play(line: Step): Promise<ReadonlySet<string> | null> {
    return this.#verbs[line.verb](line);
  }

  readonly #verbs: Record<Verb, (line: Step) => Promise<ReadonlySet<string> | null>> = {
    enqueue: async (line) => {
      const [owner, source] = [this.people[line.person] ?? '', `source-${line.job % 4}`];
      const existing = this.#model.sameSource(owner, source).map((job) => job.id);
      const { jobId, created } = await this.queue.enqueue({
        userId: owner,
        url: 'https://example.com/',
        sourceKey: source,
      });
      expect(created).toBe(existing.length === 0);
      if (created) this.#model.enqueued(jobId, owner, source);
      else expect(existing).toContain(jobId);
      return nothing;
    },
    claim: ({ worker, stage }) => this.#claimNext(worker, stage),
    claimFurthest: ({ worker, stage }) => {
      const waiting = STAGES.findLast((one) => this.#model.candidates(one).length > 0);
      return this.#claimNext(worker, waiting ?? stage);
    },
    claimJob: async ({ worker, job }) => {
      this.#model.unpark();
      const id = this.#pick(job);
      const claimed = await this.queue.claimJob(worker, id);
      expect(claimed !== null).toBe(this.#model.isWaiting(id));
      if (claimed) this.#taken(claimed, worker);
      return null;
    },
    heartbeat: async (line) => {
      const claims = new Map(
        [0, 1, 2].flatMap((back) => {
          const claim = this.#claim(line.claim + back);
          return claim ? [[claim.model.jobId, claim] as const] : [];
        }),
      );
      const beats = [...claims.values()].map(({ claimed, model }) => {
        const [from, to] = STAGE_PROGRESS[claimed.stage];
        return { model, progress: Math.floor(from + (to - from) * line.progress) };
      });
      const fates = await this.queue.heartbeat(
        line.worker,
        beats.map(({ model, progress }) => ({
          job: model.jobId,
          token: model.token,
          progress,
          step: null,
          detail: null,
        })),
      );
      for (const { model, progress } of beats) {
        expect(fates.get(model.jobId)).toBe(this.#model.heartbeat(line.worker, model, progress));
      }
      return new Set([...fates].flatMap(([id, fate]) => (fate === 'held' ? [id] : [])));
    },
    complete: (line) =>
      this.#onClaim(line, async ({ claimed, model }) => {
        const summary = claimed.stage === 'summarizing' ? { summary_markdown: '# Hola\n' } : {};
        return [await this.queue.completeStage(claimed, {}, summary), this.#model.complete(model)];
      }),
    fail: (line) =>
      this.#onClaim(line, async ({ claimed, model }) => {
        const [code, retryIn, costs] = FAILURES[line.failure] ?? ['internal_error', null, true];
        return [
          await this.queue.fail(claimed, code, 'words', retryIn, costs),
          this.#model.fail(model, code, 'words', retryIn, costs),
        ];
      }),
    release: (line) =>
      this.#onClaim(line, async ({ claimed, model }) => [
        await this.queue.release(claimed),
        this.#model.release(model),
      ]),
    cancel: (line) => this.#onJob(line, 'cancel'),
    retry: (line) => this.#onJob(line, 'retry'),
    moveToFront: (line) => this.#onJob(line, 'moveToFront'),
    delete: (line) => this.#onJob(line, 'delete'),
    restore: (line) => this.#onJob(line, 'restore'),
    purge: async () => {
      const deleted = [...this.#model.jobs.values()].filter((job) => job.deleted).map((job) => job.id);
      const old = deleted.filter((_, index) => index % 2 === 0);
      await this.database.query(
        "update processing_jobs set deleted_at = now() - interval '8 days' where id = any($1)",
        [old],
      );
      const purged = await this.queue.purgeDeleted();
      expect(purged.map((job) => job.job_id).sort()).toEqual(old.toSorted());
      for (const id of old) this.#model.jobs.delete(id);
      return nothing;
    },
    leaseEnds: async ({ job }) => {
      const id = this.#pick(job, (one) => one.holder !== null);
      await this.database.query(
        "update processing_jobs set lease_expires_at = clock_timestamp() - interval '1 second' where id = $1 and worker_id is not null",
        [id],
      );
      const found = this.#model.jobs.get(id);
      if (found) found.leaseLive = false;
      return null;
    },
    fallsDue: async ({ job }) => {
      const id = this.#pick(job, (one) => one.parked);
      await this.database.query(
        "update processing_jobs set run_at = clock_timestamp() - interval '1 second' where id = $1 and parked",
        [id],
      );
      const found = this.#model.jobs.get(id);
      if (found?.parked) found.due = true;
      return null;
    },
    restart: async () => {
      expect(await this.queue.rescueAll()).toBe(this.#model.rescue(true));
      return null;
    },
  };

  async look(): Promise<Seen> {
    const rows = await this.database.query<SeenJob & { id: string }>(`
      select id, status, failed_stage as "failedStage", progress, claim_token as token, worker_id as holder,
        coalesce(lease_expires_at > clock_timestamp(), false) as "leaseLive", deleted_at is not null as deleted, parked,
        snoozed_since is not null as snoozed, attempts, crash_count as crashes, retry_count as retries, priority,
        error_code as error, error_message as message, xmin::text as "writtenBy",
        (select coalesce(jsonb_object_agg(stage, claim_token), '{}') from job_checkpoints where job_id = j.id) as checkpoints,
        (select jsonb_agg(concat_ws(' ', kind, stage) order by id) from job_events where job_id = j.id) as history
      from processing_jobs j order by id`);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** What the database must show, by the model. */
  expected(): object[] {
    return [...this.#model.jobs.values()]
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ owner: _owner, source: _source, due: _due, ...job }) => job);
  }

  async #claimNext(worker: string, stage: StageName): Promise<null> {
    this.#model.unpark();
    this.#model.rescue();
    const candidates = this.#model.candidates(stage).map((job) => job.id);
    const claimed = await this.queue.claim(worker, stage);
    if (claimed) {
      expect(candidates).toContain(claimed.id);
      this.#taken(claimed, worker);
    } else expect(candidates).toEqual([]);
    return null;
  }

  #taken(claimed: ClaimedJob, worker: string): void {
    const model = this.#model.taken(claimed.id, worker);
    expect(claimed).toMatchObject({ claim_token: model.token, stage: this.#model.jobs.get(claimed.id)?.status });
    this.#claims.push({ claimed, model });
  }

  async #onClaim(
    line: Step,
    verb: (claim: { claimed: ClaimedJob; model: ModelClaim }) => Promise<[done: boolean, expected: boolean]>,
  ): Promise<ReadonlySet<string>> {
    const claim = this.#claim(line.claim);
    if (!claim) return nothing;
    const [done, expected] = await verb(claim);
    expect(done).toBe(expected);
    return done ? new Set([claim.model.jobId]) : nothing;
  }

  async #onJob(
    line: Step,
    verb: 'cancel' | 'retry' | 'moveToFront' | 'delete' | 'restore',
  ): Promise<ReadonlySet<string>> {
    const id = this.#pick(line.job);
    const owner = this.#model.jobs.get(id)?.owner ?? '';
    const person = line.isStranger ? (this.people.find((one) => one !== owner) ?? '') : owner;
    if (!person) return nothing;
    const done = await this.queue[verb](id, person);
    expect(done).toBe(this.#model[verb](id, person));
    return done ? new Set([id]) : nothing;
  }

  #claim(back: number) {
    return this.#claims.at(-1 - back);
  }

  /** A job by number, of those that fit when there are any; the id of none when the queue is empty. */
  #pick(number: number, fits: (job: ModelJob) => boolean = () => true): string {
    const all = [...this.#model.jobs.values()];
    const fitting = all.filter(fits);
    const among = fitting.length > 0 ? fitting : all;
    return among[number % among.length]?.id ?? crypto.randomUUID();
  }
}

const nothing: ReadonlySet<string> = new Set();
