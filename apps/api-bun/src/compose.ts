import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { watchChanges } from './application/change-watcher.ts';
import { createChecks } from './application/checks.ts';
import { keepHouse } from './application/housekeeping.ts';
import { createJobEvents } from './application/job-events.ts';
import { JobProcessor } from './application/job-processor.ts';
import { createMetrics } from './application/metrics.ts';
import type { Stages } from './application/pipeline.ts';
import type { Services } from './application/services.ts';
import { type Config, programEnvironment } from './config.ts';
import type { Database } from './database/database.ts';
import { listenToJobs } from './database/listen.ts';
import { openDatabase } from './database/open-database.ts';
import { abandonAllPublications } from './database/publications.ts';
import { addLocalUser } from './database/users.ts';
import { openDestination } from './destinations/open-destination.ts';
import { run } from './media/child-process.ts';
import { createMedia, type Media } from './media/media.ts';
import { createPlaylistReader } from './media/playlist-reader.ts';
import { createQueue, type Queue } from './queue/queue.ts';
import { createDownloadStage } from './stages/download.ts';
import { createAudioFetcher } from './stages/fetch-audio.ts';
import { createSummarizeStage } from './stages/summarize.ts';
import { createTranscribeStage } from './stages/transcribe.ts';
import { chooseSummarizer, type Summarizer } from './summarization/summarizer.ts';
import { chooseRecognizer } from './transcription/choose-recognizer.ts';
import type { Recognizer } from './transcription/recognizer.ts';
import { createWhisper } from './transcription/whisper.ts';

/** A running Destila without its HTTP side. */
export interface Destila {
  readonly services: Services;
  readonly processor: JobProcessor;
  readonly workerId: string;
  /** Stops in order: work goes back to the queue, the database is backed up and closed. */
  stop(): Promise<void>;
}

/** The address people reach this server by. */
function publicUrlOf({ PUBLIC_URL, HOST, PORT }: Config): string {
  const name = ['127.0.0.1', '::1', '0.0.0.0', '::'].includes(HOST) ? 'localhost' : HOST;
  return PUBLIC_URL ?? `http://${name}:${PORT}`;
}

/** Puts the parts together as the configuration says. The processor is not started yet. */
export async function composeDestila(config: Config, logger: Logger): Promise<Destila> {
  const { DATA_DIR: dataDir, DATABASE_URL: url } = config;
  const database = await openDatabase({ url, dataDir }, logger);
  const events = createJobEvents();
  const queue = createQueue(database, events.changed);
  const workRoot = join(dataDir, 'work');
  const workerId = `${hostname()}-${process.pid}-${crypto.randomUUID().slice(0, 8)}`;
  if (!config.SUPABASE_JWT_SECRET) await addLocalUser(database);
  if (database.kind === 'pglite') await recover(database, queue, workRoot, logger);

  const media = await createMedia({ config, dataDir, environment: programEnvironment() });
  const recognizer = openRecognizer(config, media);
  const summarizer = chooseSummarizer(config);
  const metrics = createMetrics(database);
  const processor = new JobProcessor({
    database,
    metrics,
    queue,
    events,
    logger,
    workerId,
    workRoot,
    stages: createStages(media, recognizer, summarizer),
    slots: {
      downloading: config.DOWNLOAD_SLOTS,
      transcribing: config.TRANSCRIBE_SLOTS,
      summarizing: config.SUMMARIZE_SLOTS,
    },
  });

  const notesDir = config.NOTES_DIR ?? join(dataDir, 'notes');
  const destination = openDestination(config, notesDir);
  const installation = {
    destination: destination.name,
    notes_dir: destination.name === 'markdown' ? notesDir : null,
    summarizer: summarizer.name,
    transcriber: recognizer?.name ?? null,
  };
  const services: Services = {
    database,
    queue,
    events,
    logger,
    metrics,
    destination,
    installation,
    checks: createChecks({
      config,
      database,
      media,
      recognizer,
      summarizer,
      destination,
      notesDir: installation.notes_dir,
    }),
    interrupt: (jobId, fate) => processor.interrupt(jobId, fate),
    readPlaylist: createPlaylistReader(media.ytdlp, workRoot),
    allowPrivateNetwork: config.ALLOW_PRIVATE_NETWORK,
    dataDir,
    uploadLimit: config.UPLOAD_LIMIT,
    publicUrl: publicUrlOf(config),
  };
  const housekeeping = keepHouse(services, media.cache, {
    bytes: config.AUDIO_CACHE_LIMIT,
    days: config.AUDIO_CACHE_DAYS,
  });
  const watcher = await watchChanges(database, events, workerId, logger);
  const listener = url
    ? listenToJobs(url, events.changed, (error) =>
        logger.warn({ err: error }, 'changes are looked for once a second until the listening connection is back'),
      )
    : null;

  return {
    services,
    processor,
    workerId,
    async stop() {
      housekeeping[Symbol.dispose]();
      watcher[Symbol.dispose]();
      listener?.[Symbol.dispose]();
      await processor.stop();
      await media.close();
      await database.close();
    },
  };
}

function openRecognizer(config: Config, { models, programs: { environment } }: Media): Recognizer | null {
  return chooseRecognizer(config, {
    run: (program, args, options) => run(program, args, { ...options, environment }),
    localWhisper: () => createWhisper({ model: models.name, fetchModel: models.whisper }),
  });
}

function createStages(media: Media, recognizer: Recognizer | null, summarizer: Summarizer): Stages {
  const transcribe = createTranscribeStage({
    recognizer,
    fetchAudio: createAudioFetcher(media),
    programs: media.programs,
    voiceModel: media.models.vad,
  });
  return {
    downloading: createDownloadStage(media),
    transcribing: {
      async run(context, download) {
        const output = await transcribe.run(context, download);
        await media.cache.remove(context.job.id);
        return output;
      },
    },
    summarizing: createSummarizeStage(summarizer),
  };
}

/** The embedded database has one process, and it has just started: whatever is still held was held by one that died. */
async function recover(database: Database, queue: Queue, workRoot: string, logger: Logger): Promise<void> {
  const rescued = await queue.rescueAll();
  await abandonAllPublications(database);
  await rm(workRoot, { recursive: true, force: true });
  if (rescued > 0) logger.warn({ rescued }, 'jobs that were running when the last process ended are taken up again');
}
