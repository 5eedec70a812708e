import { createJobEvents } from '../../apps/api-bun/src/application/job-events.ts';
import { type Publishing, publishNote } from '../../apps/api-bun/src/application/publish-note.ts';
import { resumeSaves } from '../../apps/api-bun/src/application/resume-saves.ts';
import { connectPostgres } from '../../apps/api-bun/src/database/postgres.ts';
import { beginPublication } from '../../apps/api-bun/src/database/publications.ts';
import { NotionDestination } from '../../apps/api-bun/src/destinations/notion/notion-destination.ts';
import { createLogger } from '../../apps/api-bun/src/logger.ts';
import { FIRST_DELAY, LEASE, PERIOD, publisherSettingsSchema, SLOTS } from './settings.ts';

// A process that saves what is ready, as people who click would have it, and finishes what others left. It is killed sooner or later.

const settings = publisherSettingsSchema.parse(JSON.parse(Bun.argv[2] ?? '{}'));
const logger = createLogger('info', { file: settings.logFile }).child({ pid: process.pid });
const database = connectPostgres(settings.databaseUrl, () => {});
const { token, dataSourceId, notionUrl: baseUrl } = settings;
const destination = new NotionDestination({ token, dataSourceId, baseUrl, firstDelay: FIRST_DELAY });
const AIM = { destination: 'notion', target: dataSourceId } as const;
const services: Publishing = {
  database,
  destinations: { open: async () => destination },
  events: createJobEvents(),
  logger,
  publicUrl: 'https://destila.example',
  lease: LEASE,
};

for (let slot = 0; slot < SLOTS; slot += 1) {
  resumeSaves(services, { period: PERIOD });
  void clickForEver();
}

/** Two processes may well choose the same one: the person has two tabs open. */
async function clickForEver(): Promise<never> {
  for (;;) {
    const [job] = await database.query<{ id: string; user_id: string }>(
      `select id, user_id from processing_jobs j
       where status = 'ready' and not exists (select from publications p where p.job_id = j.id and p.wanted)
       order by random() limit 1`,
    );
    const claim = job && (await beginPublication(database, job, AIM, null, LEASE));
    // What it failed for is in the log, and whoever clicks next tries again.
    if (claim) await publishNote(services, claim).catch(() => {});
    else await Bun.sleep(PERIOD);
  }
}
