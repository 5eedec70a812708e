import { DestilaError } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { findCategory } from '../database/categories.ts';
import { readCheckpoint } from '../database/checkpoints.ts';
import { isDatabaseAway } from '../database/database.ts';
import type { JobRow } from '../database/jobs.ts';
import {
  askForLook,
  failPublication,
  finishPublication,
  keepPublication,
  PUBLICATION_LEASE,
  type PublicationClaim,
  type PublicationLease,
  releasePublication,
  renewPublication,
} from '../database/publications.ts';
import { readThumbnail } from '../database/thumbnails.ts';
import type { Note, PublishContext } from '../destinations/destination.ts';
import { judge } from '../queue/retry-policy.ts';
import { downloadOutputSchema, transcribeOutputSchema } from '../stages/stage.ts';
import type { Destinations } from './destinations.ts';
import { noteOf } from './note.ts';
import { ownJob } from './own-job.ts';
import type { Services } from './services.ts';

/** Milliseconds that a person waits at most: well below the time after which the server closes a connection that waits. */
const PATIENCE = 100_000;
/** Milliseconds for a save that nobody waits for; Notion takes some 180 requests a minute, and a monstrous note takes hundreds. */
const PATIENCE_BEHIND = 1_800_000;

export type Publishing = Pick<Services, 'database' | 'events' | 'logger' | 'publicUrl'> & {
  destinations: Pick<Destinations, 'open'>;
  lease?: PublicationLease;
};

/**
 * Brings a claimed save to its end, or puts it off for what may pass by itself. `stopping` gives the claim back.
 * @throws {DestilaError} why the note is not published
 */
export async function publishNote(
  services: Publishing,
  claim: PublicationClaim,
  stopping?: AbortSignal,
): Promise<void> {
  const { database } = services;
  using held = hold(services, claim);
  const deadline = AbortSignal.timeout(stopping ? PATIENCE_BEHIND : PATIENCE);
  const signal = AbortSignal.any([held.signal, deadline, ...(stopping ? [stopping] : [])]);
  try {
    await publish(services, claim, { signal, confirm: held.confirm, unattended: stopping !== undefined });
  } catch (thrown) {
    if (stopping?.aborted) return releasePublication(database, claim);
    const error = held.signal.aborted ? held.signal.reason : deadline.aborted ? tooSlow(claim, thrown) : thrown;
    await writeDown(services, claim, error);
    throw error;
  } finally {
    services.events.changed(claim.job_id);
  }
}

/** Keeps what a try failed for. With the database away nothing can be: the lease runs out, and the save is taken up again. */
async function writeDown({ database, logger, lease }: Publishing, claim: PublicationClaim, error: unknown) {
  if (isDatabaseAway(error)) return;
  // Whoever has taken over does not know what is still under way from here.
  if (isTakenOver(error))
    return askForLook(database, claim, lease).catch((err) => logger.warn({ err }, 'no look was asked for'));
  const verdict = judge(error, claim);
  logger.warn({ err: error, job: claim.job_id, ...verdict }, 'the note was not saved');
  await failPublication(database, claim, verdict);
}

async function publish(
  services: Publishing,
  claim: PublicationClaim,
  control: Pick<PublishContext, 'signal' | 'confirm' | 'unattended'>,
): Promise<void> {
  const { database, destinations } = services;
  const job = await ownJob(services, claim.user_id, claim.job_id);
  const destination = await destinations.open(claim.user_id, claim);
  const published = await destination.publish(await makeNote(services, job, claim.import_key), {
    kept: claim.external_id === null ? null : { externalId: claim.external_id, state: claim.state },
    repeated: claim.tries > 1,
    onConflict: claim.on_conflict ?? 'ask',
    keep: async (kept) => {
      if (!(await keepPublication(database, claim, kept))) throw takenOver();
    },
    ...control,
  });
  if (!(await finishPublication(database, claim, job, published, services.lease))) throw takenOver();
  services.logger.info({ job: claim.job_id, to: claim.destination }, 'the note is saved');
}

async function makeNote({ database, publicUrl }: Publishing, job: JobRow, importKey: string): Promise<Note> {
  const [category, source, transcript] = await Promise.all([
    asUser(database, job.user_id, (tx) => findCategory(tx, job.category_id)),
    readCheckpoint(database, job.id, 'downloading').then(downloadOutputSchema.nullable().parse),
    readCheckpoint(database, job.id, 'transcribing').then(transcribeOutputSchema.nullable().parse),
  ]);
  const { channel = null, published = null } = source ?? {};
  const segments = transcript?.segments ?? [];
  const thumbnail = () => readThumbnail(database, job.id);
  return noteOf(job, { importKey, category, channel, published, segments, thumbnail, publicUrl, savedAt: new Date() });
}

/** Keeps a claim alive until it is disposed of; `signal` aborts when it is lost, or cannot be confirmed in time. */
function hold({ database, logger, lease = PUBLICATION_LEASE }: Publishing, claim: PublicationClaim) {
  const lost = new AbortController();
  let confirmedAt = performance.now();
  // Timers come late in a process that was frozen: whatever is about to be written asks by the clock.
  const confirm = () => {
    if (performance.now() - confirmedAt > lease.selfAbortMs) lost.abort(takenOver());
    lost.signal.throwIfAborted();
  };
  const renew = async () => {
    const sentAt = performance.now();
    confirm();
    if (await renewPublication(database, claim, lease)) confirmedAt = sentAt;
    else lost.abort(takenOver());
  };
  const timer = setInterval(
    () => renew().catch((error) => logger.warn({ err: error }, 'the claim on a save could not be renewed')),
    lease.renewalMs,
  );
  return { signal: lost.signal, confirm, [Symbol.dispose]: () => clearInterval(timer) };
}

function isTakenOver(error: unknown): boolean {
  return error instanceof DestilaError && error.code === 'save_in_progress';
}

function takenOver(): DestilaError {
  return new DestilaError('save_in_progress', { detail: 'another process has taken the save over' });
}

function tooSlow({ destination }: PublicationClaim, cause: unknown): DestilaError {
  const code = destination === 'notion' ? 'notion_unavailable' : 'destination_unwritable';
  return new DestilaError(code, { detail: 'it takes too long', cause });
}
