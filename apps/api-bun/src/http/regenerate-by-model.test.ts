import { afterEach, beforeEach, expect, test } from 'bun:test';
import {
  estimateSchema,
  jobDetailSchema,
  operationsSchema,
  revisionsSchema,
  type Segment,
  templateSchema,
} from '@destila/contracts';
import { startTestDestila, type TestDestila } from '../../../../tests/destila.ts';
import {
  asksToReduce,
  goodAnswer,
  type LlmServer,
  linesIn,
  Refusal,
  type Script,
  Silence,
  startLlmServer,
} from '../../../../tests/fakes/llm-server.ts';
import { addReadyJob, addTranscribedJob } from '../../../../tests/ready-job.ts';
import { until } from '../../../../tests/until.ts';

/** Too long for one call of a local model. */
const LONG: Segment[] = Array.from({ length: 900 }, (_, id) => ({
  id,
  start: id * 4,
  end: id * 4 + 4,
  text: `En la línea ${id} se cuenta cómo la Luna atrae el agua de los mares y la levanta hacia ella poco a poco.`,
}));

let site: TestDestila;
let model: LlmServer;
let answer: Script;

beforeEach(async () => {
  answer = goodAnswer;
  model = startLlmServer((request, count) => answer(request, count));
  const environment = { LLM: 'openai-compatible:test-model', LLM_BASE_URL: model.baseUrl, ALLOW_PRIVATE_NETWORK: 'on' };
  site = await startTestDestila('pglite', environment);
});
afterEach(async () => {
  await site[Symbol.asyncDispose]();
  await model.stop();
});

async function operationOf(job: string) {
  const { operations } = await site.read(operationsSchema, `/jobs/${job}/operations`);
  return operations[0];
}
async function writtenAnew(job: string) {
  await until(async () => (await operationOf(job))?.status === 'done');
  return (await site.read(revisionsSchema, `/jobs/${job}/revisions`)).revisions[0];
}

test('what is asked for now reaches the model: instructions, template and language', async () => {
  const template = await site.read(templateSchema, '/templates', {
    json: { name: 'Poema', instructions: 'Todo en versos de ocho sílabas.' },
  });
  const job = await addReadyJob(site);
  await site.api(`/jobs/${job}/regenerate`, {
    json: { prompt: 'Solo lo del Sol', template: template.id, output_language: 'es' },
  });
  const { facts, summarized_by } = (await writtenAnew(job)) ?? {};
  const asked = JSON.stringify(model.requests[0]?.messages);
  for (const words of ['Solo lo del Sol', 'Todo en versos de ocho sílabas.', 'Spanish']) expect(asked).toContain(words);
  expect([summarized_by, facts?.template, facts?.usage?.calls]).toEqual([
    'openai-compatible:test-model',
    template.id,
    1,
  ]);
});

test('asked for thrice at once, it is begun once', async () => {
  answer = () => new Silence();
  const job = await addReadyJob(site);
  const ask = () => site.api(`/jobs/${job}/regenerate`, { json: {} });
  const answers = await Promise.all([ask(), ask(), ask()]);
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
  await until(async () => model.requests.length > 0);
  const stopped = await site.api(`/jobs/${job}/operations/${(await operationOf(job))?.id}`, { method: 'DELETE' });
  expect(stopped.status).toBe(200);
  await until(async () => model.abandoned > 0);
  expect(model.requests).toHaveLength(1);
});

test('what is finished of it is not asked for again after a try that failed', async () => {
  const asked: string[] = [];
  let hasFailed = false;
  answer = (request) => {
    const place = asksToReduce(request) ? 'notes' : `line ${linesIn(request)[0]?.id}`;
    if (!hasFailed && asksToReduce(request)) {
      hasFailed = true;
      return new Refusal(500, 'out of order');
    }
    asked.push(place);
    return goodAnswer(request);
  };
  const job = await addReadyJob(site, { segments: LONG });
  await site.api(`/jobs/${job}/regenerate`, { json: {} });
  await until(async () => (await operationOf(job))?.error_code === 'llm_failed');
  const before = asked.length;
  expect(before).toBeGreaterThan(1);
  await site.destila.services.database.query('update operations set run_at = now()');

  expect((await writtenAnew(job))?.summarized_by).toBe('openai-compatible:test-model');
  expect(new Set(asked).size).toBe(asked.length);
  expect(asked.slice(before)).toEqual(['notes']);
});

test('what it would take is told before it is begun; nothing is asked for that', async () => {
  const job = await addReadyJob(site, { segments: LONG });
  const estimate = (query = '') => site.read(estimateSchema, `/jobs/${job}/estimate${query}`);
  const { model: name, calls, input_tokens } = await estimate();
  expect(name).toBe('openai-compatible:test-model');
  expect(calls).toBeGreaterThan(2);
  expect(input_tokens).toBeGreaterThan(10_000);
  expect(await estimate('?model=extractive')).toEqual({
    model: 'extractive',
    calls: 0,
    input_tokens: 0,
    output_tokens: 0,
  });
  expect(model.requests).toEqual([]);
});

test('a model that asks to slow down is waited for as long as it says, which costs no try', async () => {
  answer = () => new Refusal(429, 'slow down', { 'retry-after': '3600' });
  const [ready, job] = [await addReadyJob(site), await addTranscribedJob(site)];
  const detail = () => site.read(jobDetailSchema, `/jobs/${job}`);
  const begun = Date.now();
  await site.api(`/jobs/${ready}/regenerate`, { json: {} });
  await site.destila.services.queue.setPaused(false);
  await until(async () => (await detail()).error_code === 'rate_limited');
  await until(async () => (await operationOf(ready))?.error_code === 'rate_limited');

  const waiting = await detail();
  expect(waiting).toMatchObject({ status: 'summarizing', retry_count: 0 });
  for (const put of [waiting, await operationOf(ready)]) {
    expect(Date.parse(put?.run_at ?? '')).toBeGreaterThanOrEqual(begun + 3_600_000);
  }
  expect(model.requests).toHaveLength(2);

  answer = goodAnswer;
  await site.destila.services.database.query('update processing_jobs set run_at = now() where id = $1', [job]);
  await until(async () => (await detail()).status === 'ready');
  expect((await detail()).summarized_by).toBe('openai-compatible:test-model');
});

test('a model that never makes sense leaves an extract, and the note and the job say so', async () => {
  answer = () => 'Sure! Here it is.';
  const job = await addTranscribedJob(site);
  await site.destila.services.queue.setPaused(false);
  const detail = () => site.read(jobDetailSchema, `/jobs/${job}`);
  await until(async () => (await detail()).status === 'ready');
  const { summary_markdown, summary_facts, summarized_by } = await detail();
  expect(summary_markdown).toStartWith('> **Aviso.** El modelo no dio nada utilizable de [0:00–1:00](');
  expect(summary_facts?.extracted).toEqual([{ start: 0, end: 60 }]);
  expect(summarized_by).toBe('extractive');
});
