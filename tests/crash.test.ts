import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HistoryEntry, JobDetail } from '@destila/contracts';
import { $ } from 'bun';
import { type MediaSite, startMediaSite } from './fakes/media-site.ts';
import { type DestilaProcess, startProcess } from './start-process.ts';

const EXAMPLES = join(import.meta.dir, '../examples');
const SAMPLE = 'la-luna-y-las-mareas.mp4';

let site: MediaSite;
let dataDir: string;
const started: DestilaProcess[] = [];

beforeAll(async () => {
  site = await startMediaSite({ root: EXAMPLES });
});
afterAll(() => site.close());
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'destila-crash-'));
  site.requests.length = 0;
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((running) => running.kill()));
  await rm(dataDir, { recursive: true, force: true });
});

async function start(environment: Record<string, string> = {}): Promise<DestilaProcess> {
  const running = await startProcess({ DATA_DIR: dataDir, ALLOW_PRIVATE_NETWORK: 'on', ...environment });
  started.push(running);
  return running;
}

async function add(running: DestilaProcess, url: string): Promise<string> {
  const response = await running.api('/jobs', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url }),
  });
  return (await response.json()).id;
}

async function until(
  running: DestilaProcess,
  id: string,
  is: (job: JobDetail) => boolean | Promise<boolean>,
): Promise<JobDetail> {
  for (;;) {
    const job: JobDetail = await (await running.api(`/jobs/${id}`)).json();
    if (await is(job)) return job;
    if (job.status === 'failed') throw new Error(`the job failed: ${job.error_code} ${job.error_message}`);
    await Bun.sleep(20);
  }
}

/** What happened to the job, as `kind stage`. */
async function history(running: DestilaProcess, id: string): Promise<string[]> {
  const { entries }: { entries: HistoryEntry[] } = await (await running.api(`/jobs/${id}/history`)).json();
  return entries.map(({ kind, stage }) => `${kind} ${stage ?? ''}`.trim());
}

const isReady = (job: JobDetail) => job.status === 'ready';
const downloads = () => site.requests.filter(({ path }) => path.includes('.mp4')).length;

test('killed while downloading: the next start takes the job up at once and downloads again', async () => {
  const first = await start();
  const id = await add(first, `${site.url}/slow/${SAMPLE}?rate=200000`);
  await until(first, id, (job) => job.held && job.progress > 10);
  await first.kill();

  const second = await start();
  await until(second, id, isReady);
  expect(await history(second, id)).toEqual([
    'queued',
    'claimed downloading',
    'crashed downloading',
    'claimed downloading',
    'stage_done downloading',
    'claimed transcribing',
    'stage_done transcribing',
    'claimed summarizing',
    'stage_done summarizing',
  ]);
  expect(await readdir(join(dataDir, 'work'))).toEqual([]);
});

test('killed while transcribing: the download is not repeated', async () => {
  const silentVideo = join(dataDir, 'no-captions.mp4');
  const model = join(dataDir, 'model.bin');
  await $`mkfifo ${model}`;
  const ffmpeg = (await import('@ffmpeg-installer/ffmpeg')).path;
  await $`${ffmpeg} -v error -i ${join(EXAMPLES, SAMPLE)} -t 5 -map 0:v -map 0:a -c copy ${silentVideo}`;
  const other = await startMediaSite({ root: dataDir });
  try {
    // A model that can be opened but gives no byte: loading it goes on for ever.
    const first = await start({ WHISPER_MODEL: model });
    const id = await add(first, `${other.url}/no-captions.mp4`);
    await until(first, id, (job) => job.held && job.current_step === 'loading_model');
    await first.kill();
    // Lets the orphaned child see the end of its model, and end.
    await Promise.race([Bun.write(model, 'x'), Bun.sleep(2_000)]);

    const asked = other.requests.length;
    const second = await start({ WHISPER_MODEL: join(EXAMPLES, SAMPLE) });
    await until(second, id, ({ error_code }) => error_code === 'speech_model_unusable');
    expect(await history(second, id)).toEqual([
      'queued',
      'claimed downloading',
      'stage_done downloading',
      'claimed transcribing',
      'crashed transcribing',
      'claimed transcribing',
      'failed transcribing',
    ]);
    expect(other.requests.length).toBe(asked);
  } finally {
    await other.close();
  }
});

test('killed in the middle of a long transcription: only the window that ran is heard again', async () => {
  const ffmpeg = (await import('@ffmpeg-installer/ffmpeg')).path;
  const tone = 'sine=frequency=440:duration=1300:sample_rate=16000';
  const pulse = "volume='lt(mod(t,10),8)':eval=frame";
  const sound = join(dataDir, 'long.mp4');
  await $`${ffmpeg} -v error -f lavfi -i ${tone} -af ${pulse} -c:a aac -b:a 16k ${sound}`;
  const { program, heard, goOn } = await scriptedRecognizer(3);
  const settings = { TRANSCRIBER: 'command', TRANSCRIBE_COMMAND: program };
  const other = await startMediaSite({ root: dataDir });
  try {
    const first = await start(settings);
    const id = await add(first, `${other.url}/long.mp4`);
    await until(first, id, async () => (await heard()) === 3);
    await first.kill();
    await goOn();

    const second = await start(settings);
    const { segments, transcript_origin: origin } = await until(second, id, isReady);
    expect(origin).toBe('command');
    // It was the third one that was killed.
    expect(segments.map(({ text }) => text)).toEqual(['Oigo 1.', 'Oigo 2.', 'Oigo 4.', 'Oigo 5.', 'Oigo 6.']);
    const starts = segments.map(({ start }) => start);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(starts.at(-1)).toBeGreaterThan(1_100);
    expect(await heard()).toBe(6);
    expect((await history(second, id)).filter((event) => event.endsWith('transcribing'))).toEqual([
      'claimed transcribing',
      'crashed transcribing',
      'claimed transcribing',
      'stage_done transcribing',
    ]);
  } finally {
    await other.close();
  }
});

/** A program that says of each window how many it has heard, and stops in the one numbered `last` until it may go on. */
async function scriptedRecognizer(last: number) {
  const program = join(dataDir, 'recognizer.sh');
  const log = join(dataDir, 'heard');
  const go = join(dataDir, 'go');
  const script = `#!/bin/sh
echo window >> '${log}'
number=$(wc -l < '${log}')
while [ $number -eq ${last} ] && [ ! -e '${go}' ]; do sleep 0.05; done
echo 1
echo '00:00:01,000 --> 00:00:02,000'
echo "Oigo $number."
`;
  await Bun.write(program, script);
  await $`chmod +x ${program}`;
  await Bun.write(log, '');
  return {
    program,
    heard: async () => (await Bun.file(log).text()).split('\n').length - 1,
    goOn: () => Bun.write(go, ''),
  };
}

test('killed while summarising: neither download nor transcription is repeated', async () => {
  const asked = Promise.withResolvers<void>();
  using model = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    fetch() {
      asked.resolve();
      return new Promise<Response>(() => {});
    },
  });
  const first = await start({ LLM: 'openai-compatible:slow', LLM_BASE_URL: `http://127.0.0.1:${model.port}/v1` });
  const id = await add(first, `${site.url}/${SAMPLE}`);
  await asked.promise;
  await first.kill();

  const before = downloads();
  const second = await start();
  expect(await until(second, id, isReady)).toMatchObject({
    summarized_by: 'extractive',
    transcript_origin: 'captions',
  });
  expect((await history(second, id)).filter((event) => event.startsWith('stage_done'))).toEqual([
    'stage_done downloading',
    'stage_done transcribing',
    'stage_done summarizing',
  ]);
  expect(downloads()).toBe(before);
});

test('a stop in order gives the job back without counting a crash, and leaves a backup', async () => {
  const first = await start();
  const id = await add(first, `${site.url}/slow/${SAMPLE}?rate=200000`);
  await until(first, id, (job) => job.held && job.progress > 10);
  first.child.kill('SIGTERM');
  expect(await first.child.exited).toBe(0);
  expect((await readdir(join(dataDir, 'backups'))).filter((name) => name.includes('shutdown'))).toHaveLength(1);

  const second = await start();
  expect(await history(second, id)).toContain('released downloading');
  await until(second, id, isReady);
});

test('a second process on the same folder says so and stops', async () => {
  const first = await start();
  await expect(start()).rejects.toThrow(new RegExp(`already runs in ${dataDir} \\(process ${first.child.pid}`));
});
