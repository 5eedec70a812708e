import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { watchChanges } from './application/change-watcher.ts';
import { createChecks } from './application/checks.ts';
import { createDestinations } from './application/destinations.ts';
import { createEmbedders } from './application/embedders.ts';
import { keepHouse } from './application/housekeeping.ts';
import { createIndexing } from './application/index-job.ts';
import { createJobEvents } from './application/job-events.ts';
import { JobProcessor } from './application/job-processor.ts';
import { createLanguageModels } from './application/language-models.ts';
import { createMetrics } from './application/metrics.ts';
import { OperationRunner } from './application/operation-runner.ts';
import type { Stages } from './application/pipeline.ts';
import { keepIndexFresh } from './application/refresh-index.ts';
import { createRegeneration } from './application/regenerate-job.ts';
import { resumeSaves } from './application/resume-saves.ts';
import { indexSaved } from './application/save-job.ts';
import { createSecrets } from './application/secrets.ts';
import type { Services } from './application/services.ts';
import { createTemplateFinder } from './application/templates.ts';
import { type Config, programEnvironment } from './config.ts';
import type { Database } from './database/database.ts';
import { listKnownTags } from './database/known-tags.ts';
import { listenToJobs } from './database/listen.ts';
import { openDatabase } from './database/open-database.ts';
import { freePublications } from './database/publications.ts';
import { knowsVectors } from './database/search-vectors.ts';
import { openSecretKey } from './database/secret-key.ts';
import { addLocalUser, LOCAL_USER } from './database/users.ts';
import { run } from './media/child-process.ts';
import { createMedia, type Media } from './media/media.ts';
import { createPlaylistReader } from './media/playlist-reader.ts';
import { createOperations, type Operations } from './queue/operations.ts';
import { createQueue, type Queue } from './queue/queue.ts';
import { createDownloadStage } from './stages/download.ts';
import { createAudioFetcher } from './stages/fetch-audio.ts';
import { createSummarizeStage, type SummarizeDependencies } from './stages/summarize.ts';
import { createTranscribeStage } from './stages/transcribe.ts';
import { chooseRecognizer } from './transcription/choose-recognizer.ts';
import type { Recognizer } from './transcription/recognizer.ts';
import { createWhisper } from './transcription/whisper.ts';

/** A running Destila without its HTTP side. */
export interface Destila {
  readonly services: Services;
  readonly processor: JobProcessor;
  readonly workerId: string;
  /** Begins to work off what waits: the stages of jobs, and the operations on finished ones. */
  start(): void;
  /** Stops in order: work goes back to the queue, the database is backed up and closed. */
  stop(): Promise<void>;
}

/** The address people reach this server by. */
function publicUrlOf({ PUBLIC_URL, HOST, PORT }: Config): string {
  const name = ['127.0.0.1', '::1', '0.0.0.0', '::'].includes(HOST) ? 'localhost' : HOST;
  return PUBLIC_URL ?? `http://${name}:${PORT}`;
}

/** Puts the parts together as the configuration says. Nothing is worked on before its start. */
export async function composeDestila(config: Config, logger: Logger): Promise<Destila> {
  const { DATA_DIR: dataDir, DATABASE_URL: url } = config;
  const database = await openDatabase({ url, dataDir }, logger);
  const events = createJobEvents();
  const queue = createQueue(database, events.changed);
  const operations = createOperations(database, events.changed);
  const workRoot = join(dataDir, 'work');
  const workerId = `${hostname()}-${process.pid}-${crypto.randomUUID().slice(0, 8)}`;
  if (!config.SUPABASE_JWT_SECRET) await addLocalUser(database);
  if (database.kind === 'pglite') await recover(database, { queue, operations }, workRoot, logger);

  const media = await createMedia({ config, dataDir, environment: programEnvironment() });
  const recognizer = openRecognizer(config, media);
  const secrets = createSecrets(database, await secretKeyOf(config));
  const models = createLanguageModels({ config, database, secrets, fetchService: media.fetchService });
  const stages = createStages(media, recognizer, {
    summarizerFor: models.summarizerFor,
    templateFor: createTemplateFinder(database),
    knownTagsFor: ({ id, user_id }) => listKnownTags(database, user_id, id),
  });
  const metrics = createMetrics(database);
  const processor = new JobProcessor({
    database,
    metrics,
    queue,
    events,
    logger,
    workerId,
    workRoot,
    stages,
    slots: {
      downloading: config.DOWNLOAD_SLOTS,
      transcribing: config.TRANSCRIBE_SLOTS,
      summarizing: config.SUMMARIZE_SLOTS,
    },
  });

  const embedders = createEmbedders({ config, models, database, knowsVectors: await knowsVectors(database) });
  const runner = new OperationRunner({
    operations,
    work: {
      regenerate: createRegeneration({ database, events, summarize: stages.summarizing }),
      index: createIndexing({ database, embedders }),
    },
    events,
    logger,
    workerId,
    slots: config.SUMMARIZE_SLOTS,
  });

  const notesDir = config.NOTES_DIR ?? join(dataDir, 'notes');
  const destinations = createDestinations({ config, database, secrets, notesDir });
  const services: Services = {
    database,
    queue,
    operations,
    events,
    logger,
    metrics,
    destinations,
    models,
    embedders,
    secrets,
    installation: {
      transcriber: recognizer?.name ?? null,
      embeddings_follow_llm: config.EMBEDDINGS === 'auto',
    },
    checks: createChecks({
      config,
      database,
      media,
      recognizer,
      summarizer: () => (models.isOperated ? models.summarizerFor(LOCAL_JOB) : models.installed()),
      destination: async () => destinations.open(LOCAL_USER, await destinations.aimOf(LOCAL_USER)),
      notesDir,
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
  const freshness = keepIndexFresh(services);
  const saves = resumeSaves(services, { onSaved: (userId, jobId) => indexSaved(services, userId, jobId) });
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
    start() {
      processor.start();
      runner.start();
    },
    async stop() {
      housekeeping[Symbol.dispose]();
      freshness[Symbol.dispose]();
      watcher[Symbol.dispose]();
      listener?.[Symbol.dispose]();
      await saves[Symbol.asyncDispose]();
      await Promise.all([processor.stop(), runner.stop()]);
      embedders[Symbol.dispose]();
      await media.close();
      await database.close();
    },
  };
}

/** A job of the one person there is without Supabase, by what they settled on. */
const LOCAL_JOB = { user_id: LOCAL_USER, options: {} };

/** Where others share the database they must share the key too, so that none is made up. */
async function secretKeyOf({ SECRET_KEY, DATABASE_URL, DATA_DIR }: Config): Promise<string | null> {
  return SECRET_KEY ?? (DATABASE_URL ? null : openSecretKey(DATA_DIR));
}

function openRecognizer(config: Config, { models, programs: { environment } }: Media): Recognizer | null {
  return chooseRecognizer(config, {
    run: (program, args, options) => run(program, args, { ...options, environment }),
    localWhisper: () => createWhisper({ model: models.name, fetchModel: models.whisper }),
  });
}

function createStages(media: Media, recognizer: Recognizer | null, summarize: SummarizeDependencies): Stages {
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
    summarizing: createSummarizeStage(summarize),
  };
}

/** The embedded database has one process, and it has just started: whatever is still held was held by one that died. */
async function recover(
  database: Database,
  { queue, operations }: { queue: Queue; operations: Operations },
  workRoot: string,
  logger: Logger,
): Promise<void> {
  const rescued = await queue.rescueAll();
  await operations.freeAll();
  await freePublications(database);
  await rm(workRoot, { recursive: true, force: true });
  if (rescued > 0) logger.warn({ rescued }, 'jobs that were running when the last process ended are taken up again');
}
