import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { programEnvironment, readConfig } from '../../apps/api-bun/src/config.ts';
import { createMedia } from '../../apps/api-bun/src/media/media.ts';
import { createDownloadStage } from '../../apps/api-bun/src/stages/download.ts';
import { createAudioFetcher } from '../../apps/api-bun/src/stages/fetch-audio.ts';
import { contextFor, jobFor } from '../../apps/api-bun/src/stages/stage-context.fixture.ts';
import { createTranscribeStage } from '../../apps/api-bun/src/stages/transcribe.ts';
import type { Recognizer } from '../../apps/api-bun/src/transcription/recognizer.ts';
import { type ChildRun, watchChildren } from '../measure/children.ts';
import { usageOfTree } from '../measure/process-tree.ts';

// One talk through download and transcription in this process, whose costs are printed as JSON.

export const stepCostSchema = z.object({
  step: z.string(),
  /** Milliseconds; `cpu` of our process, `programs` of those it ran. */
  wall: z.number(),
  cpu: z.number(),
  programs: z.number(),
  /** Bytes that our process has had resident at the most, so far. */
  peak: z.number(),
});
export type StepCost = z.infer<typeof stepCostSchema>;

/** As long as Whisper's. */
const WINDOW = 300;

/** Hears nothing, and says which window it was. */
const SILENT: Recognizer = {
  name: 'silent',
  origin: 'command',
  form: 'pcm',
  longestWindow: WINDOW,
  async open() {
    let heard = 0;
    return {
      async recognize({ durationSeconds }) {
        heard += 1;
        return { segments: [{ start: 0, end: durationSeconds, text: `Ventana ${heard}.` }], language: 'es' };
      },
      async [Symbol.asyncDispose]() {},
    };
  },
};

if (import.meta.main) {
  const dataDir = await mkdtemp(join(tmpdir(), 'destila-bench-'));
  try {
    console.log(JSON.stringify(await goTheWay(Bun.argv[2] ?? '', dataDir)));
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
  process.exit(0);
}

async function goTheWay(url: string, dataDir: string): Promise<StepCost[]> {
  const children = watchChildren();
  const { PATH, HOME } = process.env;
  const config = readConfig({ PATH, HOME, DATA_DIR: dataDir, ALLOW_PRIVATE_NETWORK: 'on', DURATION_LIMIT: '24h' });
  const media = await createMedia({ config, dataDir, environment: programEnvironment() });
  const parts = new Map<string, unknown>();
  const context = contextFor({
    job: jobFor({ url, options: { transcript_from: 'speech' } }),
    signal: AbortSignal.timeout(60 * 60_000),
    workDir: await mkdtemp(join(dataDir, 'work-')),
    parts: { read: async () => parts, keep: async (key, output) => void parts.set(key, output) },
  });
  const costs: StepCost[] = [await measure('at rest', children, async () => {})];
  const download = await measured('download and sound', () => createDownloadStage(media).run(context, null));
  const transcribe = createTranscribeStage({
    recognizer: SILENT,
    programs: media.programs,
    voiceModel: async () => null,
    fetchAudio: createAudioFetcher(media),
  });
  await measured('pauses and windows', () => transcribe.run(context, download));
  await media.close();
  return costs;

  async function measured<T>(step: string, work: () => Promise<T>): Promise<T> {
    const result = Promise.withResolvers<T>();
    costs.push(await measure(step, children, async () => result.resolve(await work())));
    return result.promise;
  }
}

async function measure(step: string, children: ChildRun[], work: () => Promise<void>): Promise<StepCost> {
  const started = performance.now();
  const before = process.cpuUsage();
  const from = children.length;
  await work();
  const { user, system } = process.cpuUsage(before);
  const runs = children.slice(from);
  return {
    step,
    wall: performance.now() - started,
    cpu: (user + system) / 1000,
    programs: runs.reduce((sum, { cpu }) => sum + cpu, 0),
    // Its programs have ended: what is left of the tree is this process.
    peak: (await usageOfTree(process.pid)).peak,
  };
}
