import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { problemSchema } from '@destila/contracts';
import { addUser } from '../../../../tests/databases.ts';
import { startTestDestila, type TestDestila } from '../../../../tests/destila.ts';
import { LOCAL_USER } from '../database/users.ts';

let site: TestDestila;
beforeAll(async () => {
  site = await startTestDestila('pglite', {}, { work: false });
});
afterAll(() => site[Symbol.asyncDispose]());

const TITLE = 'Año 1: «La marea» / 潮';
const FORMS = ['txt', 'srt', 'vtt', 'json'];

async function transcribedJob(userId: string, title: string | null = TITLE): Promise<string> {
  const { queue } = site.destila.services;
  const { jobId } = await queue.enqueue({ userId, url: 'https://example.com/a', sourceKey: crypto.randomUUID() });
  const source = { title, channel: null, duration: 9, language: 'es', chapters: [], captions: null };
  const segments = [
    { id: 0, start: 3, end: 4.5, text: 'La marea sube: 3 < 4.', speaker: 'Ana' },
    { id: 1, start: 4.5, end: 9, text: 'Y baja.' },
  ];
  const words = [
    [source, { video_title: title, video_duration: 9, source_language: 'es' }],
    [{ segments, language: 'es', origin: 'captions' }, {}],
  ] as const;
  for (const [output, changes] of words) {
    const job = await queue.claimJob('worker', jobId);
    if (!job) throw new Error('nothing to claim');
    await queue.completeStage(job, output, changes);
  }
  return jobId;
}

const problem = async (path: string) => {
  const response = await site.api(path);
  return { status: response.status, code: problemSchema.parse(await response.json()).code };
};

describe('a transcript is downloaded', () => {
  let id: string;
  beforeAll(async () => {
    id = await transcribedJob(LOCAL_USER);
  });
  const textOf = async (form: string) => (await site.api(`/jobs/${id}/transcript.${form}`)).text();

  test('as text, captions or JSON', async () => {
    expect(await textOf('txt')).toBe('[0:03] Ana: La marea sube: 3 < 4.\n[0:04] Y baja.\n');
    expect(await textOf('srt')).toContain('1\n00:00:03,000 --> 00:00:04,500\nANA: La marea sube: 3 < 4.\n\n2\n');
    expect(await textOf('vtt')).toStartWith(
      'WEBVTT\n\n00:00:03.000 --> 00:00:04.500\n<v Ana>La marea sube: 3 &lt; 4.</v>\n',
    );
    expect(JSON.parse(await textOf('json'))).toEqual({
      title: TITLE,
      url: 'https://example.com/a',
      language: 'es',
      duration: 9,
      origin: 'captions',
      segments: [
        { id: 0, start: 3, end: 4.5, text: 'La marea sube: 3 < 4.', speaker: 'Ana' },
        { id: 1, start: 4.5, end: 9, text: 'Y baja.' },
      ],
    });
  });

  test('under the name of its video, which every browser and every disk can take', async () => {
    const { headers } = await site.api(`/jobs/${id}/transcript.srt`);
    expect(headers.get('content-type')).toBe('application/x-subrip; charset=utf-8');
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="ano-1-la-marea-_.srt"; filename*=UTF-8''a%C3%B1o-1-la-marea-%E6%BD%AE.srt`,
    );
    const nameless = await site.api(`/jobs/${await transcribedJob(LOCAL_USER, null)}/transcript.vtt`);
    expect(nameless.headers.get('content-disposition')).toBe(
      `attachment; filename="video.vtt"; filename*=UTF-8''video.vtt`,
    );
  });

  test("never out of somebody else's library", async () => {
    const theirs = await transcribedJob(await addUser(site.destila.services.database));
    for (const form of FORMS) {
      expect(await problem(`/jobs/${theirs}/transcript.${form}`)).toEqual({ status: 404, code: 'not_found' });
    }
  });

  test('not before there is one, nor in a form that there is not', async () => {
    const { services } = site.destila;
    const { jobId } = await services.queue.enqueue({
      userId: LOCAL_USER,
      url: 'https://example.com/b',
      sourceKey: 'b',
    });
    for (const form of FORMS) {
      expect(await problem(`/jobs/${jobId}/transcript.${form}`)).toEqual({ status: 409, code: 'not_ready' });
    }
    expect((await site.api(`/jobs/${id}/transcript.exe`)).status).toBe(404);
    expect(await problem('/jobs/7/transcript.srt')).toEqual({ status: 400, code: 'invalid_request' });
  });
});
