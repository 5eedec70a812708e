import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type JobStatus, STAGE_PROGRESS, STAGES, type StageName } from '@destila/contracts';
import fc from 'fast-check';
import { addUser, describeOn, freshDatabase, QUEUE_DATABASES } from '../../../../tests/databases.ts';
import type { Database } from '../database/database.ts';
import { createQueue, type Queue } from './queue.ts';
import { type ModelClaim, type ModelJob, QueueModel } from './queue-model.fixture.ts';

/** What may happen to a queue; what happens more often stands here more often. */
const VERBS = [
  ...['enqueue', 'enqueue', 'claim', 'claim', 'claim', 'claim', 'claim', 'claimJob', 'heartbeat', 'heartbeat'],
  ...['complete', 'complete', 'complete', 'fail', 'fail', 'release', 'cancel', 'retry', 'retry', 'moveToFront'],
  ...['delete', 'restore', 'purge', 'leaseEnds', 'leaseEnds', 'falsDue', 'restart'],
] as const;
type Verb = 'enqueue' | 'claim';

console.log(VERBS);
