import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DestilaError, type StageName } from '@destila/contracts';
import type { Stages } from '../../apps/api-bun/src/application/pipeline.ts';
import { run } from '../../apps/api-bun/src/media/child-process.ts';
import type {
  DownloadOutput,
  StageContext,
  SummarizeOutput,
  TranscribeOutput,
} from '../../apps/api-bun/src/stages/stage.ts';

const DOWNLOADED: DownloadOutput = {
  title: null,
  channel: null,
  duration: null,
  language: null,
  published: null,
  chapters: [],
  captions: null,
};
const TRANSCRIBED: TranscribeOutput = {
  segments: [{ id: 0, start: 0, end: 1, text: 'Hola.' }],
  language: 'es',
  origin: 'captions',
};
const SUMMARIZED: SummarizeOutput = {
  title: 'Un vídeo',
  markdown: '# Un vídeo\n',
  key_points: [],
  tags: [],
  language: 'es',
  summarized_by: 'extractive',
  facts: null,
};

/** Of a hundred runs of a stage, how many fail in a way that is worth another try. */
const FAILING = 1;
/** A program that starts another and, like yt-dlp, works on until nobody reads what it says. */
const ENDLESS_PROGRAM = "trap '' PIPE; sleep 600 & while echo working; do sleep 0.05; done; kill $!";

export interface Script {
  workerId: string;
  random: () => number;
  /** The whole environment of the programs that stages start. */
  environment: Record<string, string | undefined>;
  onRun: () => void;
}

/** Stages that last 50 to 500 ms and put into their output which claim has made it. */
export function scriptedStages(script: Script): Stages {
  const stage =
    <Output extends object>(name: StageName, output: Output, work: Work) =>
    async (context: StageContext) => {
      script.onRun();
      await writeFile(join(context.workDir, 'half-done'), 'half');
      context.report('resolving', { unit: 'parts', done: 1, total: 2, eta_seconds: null });
      await work(context, 50 + 450 * script.random(), script);
      if (script.random() < FAILING / 100) throw new DestilaError('source_unavailable');
      return { ...output, claim_token: tokenOf(context), stage: name, worker: script.workerId };
    };
  return {
    downloading: { run: stage('downloading', DOWNLOADED, inAnotherProcess) },
    transcribing: { run: stage('transcribing', TRANSCRIBED, deafly) },
    summarizing: { run: stage('summarizing', SUMMARIZED, attentively) },
  };
}

type Work = (context: StageContext, milliseconds: number, script: Script) => Promise<void>;

async function inAnotherProcess(context: StageContext, milliseconds: number, { environment }: Script): Promise<void> {
  const enough = AbortSignal.timeout(milliseconds);
  const signal = AbortSignal.any([context.signal, enough]);
  await run('sh', ['-c', ENDLESS_PROGRAM], { signal, environment, silenceDeadline: 60_000 }).catch((error: unknown) => {
    if (!enough.aborted) throw error;
  });
  await context.keepThumbnail(new TextEncoder().encode(String(tokenOf(context))));
}

/** As an engine that cannot be stopped: it ends when it ends, and its claim may have ended before. */
async function deafly(_context: StageContext, milliseconds: number): Promise<void> {
  await sleep(milliseconds);
}

async function attentively(context: StageContext, milliseconds: number): Promise<void> {
  await sleep(milliseconds, undefined, { signal: context.signal });
}

/** A claim's folder is named after it: job-token. */
function tokenOf({ workDir }: StageContext): number {
  return Number(basename(workDir).split('-').at(-1));
}
