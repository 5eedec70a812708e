import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programEnvironment, readConfig } from '../../apps/api-bun/src/config.ts';
import { run } from '../../apps/api-bun/src/media/child-process.ts';
import { chooseRecognizer } from '../../apps/api-bun/src/transcription/choose-recognizer.ts';
import type { Recognized } from '../../apps/api-bun/src/transcription/recognizer.ts';
import { freePort } from '../free-port.ts';
import { HEARING_COMMAND, missingSpeechTools, type Speech, saySentences, startFastapi } from './speech-tools.ts';

const FIRST = 'one two three four five six seven';
const SECOND = 'the weather is good today and the people are happy';
const KEY = 'key-of-the-tests';

// In CI, `bun run test` does not begin without them.
describe.skipIf((await missingSpeechTools()).length > 0)('real speech', () => {
  let folder = '';
  let speech: Speech;
  let server: Awaited<ReturnType<typeof startFastapi>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'speech-'));
    speech = await saySentences(folder, FIRST, SECOND);
    server = await startFastapi(freePort(), KEY);
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Goes the way of the product, from the environment to the words. */
  async function hear(environment: Record<string, string>): Promise<Recognized> {
    const recognizer = chooseRecognizer(readConfig(environment), {
      run: (program, args, options) => run(program, args, { ...options, environment: programEnvironment() }),
      localWhisper: () => null,
    });
    if (!recognizer) throw new Error('no recogniser was chosen');
    await using session = await recognizer.open(AbortSignal.timeout(60_000), () => {});
    const path = recognizer.form === 'wav' ? speech.wav : speech.opus;
    const { durationSeconds } = speech;
    return await session.recognize({ path, durationSeconds, language: 'en', onProgress() {} });
  }

  /** The second sentence follows a pause of two seconds. */
  function expectBothSentences({ segments }: Recognized): void {
    expect(segments.map(({ text }) => text)).toEqual([FIRST, expect.stringContaining('people are happy')]);
    const [first, second] = segments;
    expect(first?.start).toBeLessThan(1);
    expect((second?.start ?? 0) - (first?.end ?? 0)).toBeGreaterThan(1.5);
    expect(second?.end).toBeLessThanOrEqual(speech.durationSeconds);
  }

  test('a FastAPI server hears each sentence at its time, and names the language', async () => {
    const heard = await hear({ SPEECH_BASE_URL: server.url, SPEECH_API_KEY: KEY, SPEECH_MODEL: 'pocketsphinx' });
    expectBothSentences(heard);
    expect(heard.language).toBe('en');
  });

  test.each([
    ['key', { SPEECH_API_KEY: 'another', SPEECH_MODEL: 'pocketsphinx' }, 'HTTP 401'],
    ['model', { SPEECH_API_KEY: KEY, SPEECH_MODEL: 'whisper-9' }, 'HTTP 404'],
  ])('a FastAPI server that refuses the %s says why', async (_, settings, status) => {
    const error = await hear({ SPEECH_BASE_URL: server.url, ...settings }).catch((error) => error);
    expect(error).toMatchObject({ code: 'speech_server_rejected', detail: expect.stringContaining(status) });
  });

  test('a command that prints SubRip hears each sentence at its time', async () => {
    expectBothSentences(await hear({ TRANSCRIBE_COMMAND: HEARING_COMMAND }));
  });

  test('a command that prints nothing but words hears both sentences, in order', async () => {
    const command = 'pocketsphinx_continuous -infile {file} -logfn /dev/null';
    const { segments } = await hear({ TRANSCRIBE_COMMAND: command });
    expect(segments.map(({ text }) => text)).toEqual([FIRST, expect.stringContaining('people are happy')]);
    expect(segments.at(-1)?.end).toBeCloseTo(speech.durationSeconds);
  });
});
