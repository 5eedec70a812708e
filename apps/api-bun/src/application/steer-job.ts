import { DestilaError, type ProcessingJob } from '@destila/contracts';
import { ownJob } from './own-job.ts';
import type { Services } from './services.ts';

/** @throws {DestilaError} `not_found`; `invalid_state` when the job has ended */
export async function cancelJob(services: Services, userId: string, jobId: string): Promise<ProcessingJob> {
  await steer(services, userId, jobId, services.queue.cancel);
  services.interrupt(jobId, 'cancelled');
  return ownJob(services, userId, jobId);
}

/** Resumes at the stage that failed. @throws {DestilaError} `not_found`; `invalid_state` unless failed or cancelled */
export async function retryJob(services: Services, userId: string, jobId: string): Promise<ProcessingJob> {
  await steer(services, userId, jobId, services.queue.retry);
  return ownJob(services, userId, jobId);
}

/** Next, please. @throws {DestilaError} `not_found`; `invalid_state` when the job is not waiting */
export async function moveJobToFront(services: Services, userId: string, jobId: string): Promise<ProcessingJob> {
  await steer(services, userId, jobId, services.queue.moveToFront);
  return ownJob(services, userId, jobId);
}

/** Puts a job away in any state, stopping its work. @throws {DestilaError} `not_found` */
export async function deleteJob(services: Services, userId: string, jobId: string): Promise<void> {
  await steer(services, userId, jobId, services.queue.delete);
  services.interrupt(jobId, 'deleted');
}

/** @throws {DestilaError} `not_found` when it was not deleted, or is purged already */
export async function restoreJob(services: Services, userId: string, jobId: string): Promise<ProcessingJob> {
  if (!(await services.queue.restore(jobId, userId))) throw new DestilaError('not_found');
  return ownJob(services, userId, jobId);
}

type Verb = (jobId: string, userId: string) => Promise<boolean>;

async function steer(services: Services, userId: string, jobId: string, verb: Verb): Promise<void> {
  if (await verb(jobId, userId)) return;
  await ownJob(services, userId, jobId);
  throw new DestilaError('invalid_state');
}
