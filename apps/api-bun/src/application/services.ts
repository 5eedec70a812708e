import type { Settings } from '@destila/contracts';
import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import type { ReadPlaylist } from '../media/playlist-reader.ts';
import type { Operations } from '../queue/operations.ts';
import type { Queue } from '../queue/queue.ts';
import type { Destinations } from './destinations.ts';
import type { Embedders } from './embedders.ts';
import type { Checks } from './examine.ts';
import type { JobEvents } from './job-events.ts';
import type { LanguageModels } from './language-models.ts';
import type { Metrics } from './metrics.ts';
import type { Secrets } from './secrets.ts';

/** What the use cases work with; made once, in `compose.ts`. */
export interface Services {
  database: Database;
  queue: Queue;
  operations: Operations;
  events: JobEvents;
  logger: Logger;
  metrics: Metrics;
  destinations: Destinations;
  /** Ends a claim that this process holds, ahead of the heartbeat; does nothing where no worker runs. */
  interrupt(jobId: string, fate: 'cancelled' | 'deleted'): void;
  readPlaylist: ReadPlaylist;
  allowPrivateNetwork: boolean;
  /** Where files are kept: uploads, cached audio, notes. */
  dataDir: string;
  /** Bytes. */
  uploadLimit: number;
  /** Who writes the summaries. */
  models: LanguageModels;
  /** What reads indexed notes, so that they are found by meaning. */
  embedders: Embedders;
  /** Keys that people entered. */
  secrets: Secrets;
  /** What this installation does, as the settings page tells it. */
  installation: Pick<Settings, 'transcriber' | 'embeddings_follow_llm'>;
  /** What `examine` looks at. */
  checks: Checks;
  /** The site's own address, for links that leave it. */
  publicUrl: string;
}
