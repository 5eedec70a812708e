import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { jobDetailSchema } from '@destila/contracts';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { startTestDestila, type TestDestila } from './destila.ts';
import { type Answer, Halting, type LlmServer, Refusal, startLlmServer } from './fakes/llm-server.ts';
import { addReadyJob, addTranscribedJob } from './ready-job.ts';

const ANSWER = {
  title: 'Las mareas',
  overview:
    'El vídeo explica por qué la marea sube y baja dos veces al día, y qué hace el Sol cuando la Luna está llena o es nueva.\n\nAcaba con las mareas muertas, que apenas se notan en la mayoría de las costas.',
  chapters: [
    {
      title: 'La Luna levanta el agua',
      first_line: 0,
      points: [
        { text: 'La Luna atrae el agua de los océanos y la levanta hacia ella.', first_line: 0, last_line: 0 },
        { text: 'Por eso hay dos mareas al día en casi todas las costas.', first_line: 1, last_line: 1 },
      ],
    },
    {
      title: 'Mareas vivas y mareas muertas',
      first_line: 2,
      points: [
        { text: 'Con el Sol y la Luna en línea, la marea viva es mucho más alta.', first_line: 2, last_line: 3 },
      ],
    },
  ],
  key_points: [{ text: 'La marea sube y baja dos veces al día.', first_line: 1, last_line: 1 }],
  tags: ['mareas'],
  action_items: [],
  quotes: [],
};

let browser: Browser;
let site: TestDestila;
let page: Page;
let model: LlmServer | null = null;
/** What the page complained of: errors of scripts, and refusals of the content security policy. */
let complaints: string[];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  await page.context().close();
  await site[Symbol.asyncDispose]();
  await model?.stop();
  model = null;
});

/** Destila with the model that gives these answers, or with none. */
async function start(answers: Answer[] | null = null): Promise<void> {
  model = answers && startLlmServer(answers);
  site = await startTestDestila(
    'pglite',
    model ? { LLM: 'openai-compatible:test-model', LLM_BASE_URL: model.baseUrl, ALLOW_PRIVATE_NETWORK: 'on' } : {},
  );
  const context = await browser.newContext({
    locale: 'es-ES',
    viewport: { width: 1440, height: 900 },
    baseURL: site.url,
  });
  context.setDefaultTimeout(20_000);
  page = await context.newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
}

const note = () => page.getByRole('textbox', { name: 'Nota' });
const button = (name: string) => page.getByRole('button', { name, exact: true });

async function regenerate(prompt: string): Promise<void> {
  await page.getByRole('button', { name: 'Más acciones' }).click();
  await page.getByRole('menuitem', { name: 'Escribir otro resumen…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Escribir otro resumen' });
  await dialog.getByRole('textbox', { name: /^Instrucciones/ }).fill(prompt);
  await dialog.getByText(model ? /^Con openai-compatible:test-model: 1 petición/ : /^Sin modelo de lenguaje/).waitFor();
  await dialog.getByRole('button', { name: 'Escribir', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

test('another summary is written beside the note, compared with it, put in its place, and that is undone', async () => {
  await start();
  const job = await addReadyJob(site, { markdown: 'La marea sube y baja una vez al día.\n' });
  await page.goto(`/jobs/${job}`);
  await note().getByText('una vez al día').click();
  await page.keyboard.press('End');
  await page.keyboard.type(' Lo digo yo.');
  await regenerate('mareas');

  await page.getByText('El otro resumen está listo').waitFor();
  await button('Comparar').first().click();
  const dialog = page.getByRole('dialog', { name: 'Comparar versiones' });
  await dialog.getByRole('deletion').getByText('Lo digo yo.').first().waitFor();
  await dialog.getByRole('insertion').getByText('Puntos clave').waitFor();
  await dialog.getByRole('combobox', { name: 'Versión de la izquierda' }).selectOption({ index: 2 });
  await dialog.getByRole('deletion').getByText('Lo digo yo.').waitFor({ state: 'hidden' });
  await dialog.getByRole('button', { name: 'Usar este' }).last().click();
  await dialog.waitFor({ state: 'hidden' });
  await note().getByText('Puntos clave').waitFor();
  await page.getByText(/^El otro resumen/).waitFor({ state: 'detached' });

  await page.getByRole('tab', { name: 'Resumen' }).click();
  await page.getByRole('listitem').filter({ hasText: 'Antes de cambiar' }).waitFor();
  await button('Deshacer').click();
  await note().getByText('Lo digo yo.').waitFor();
  const { summary_markdown } = await site.read(jobDetailSchema, `/jobs/${job}`);
  expect(summary_markdown).toBe('La marea sube y baja una vez al día. Lo digo yo.\n');
  expect(complaints).toEqual([]);
});

test('of versions that say the same one is in use, the newest', async () => {
  await start();
  await page.goto(`/jobs/${await addReadyJob(site)}`);
  await note().waitFor();
  await page.getByRole('tab', { name: 'Resumen' }).click();
  await regenerate('mareas');
  await button('Usar este').click();
  await page.getByText('La nota es ahora esa versión').waitFor();
  await regenerate('mareas');
  await page.getByText('El otro resumen ha salido igual que el tuyo').waitFor();
  const versions = page.getByRole('region', { name: 'Versiones' }).getByRole('listitem');
  expect(await versions.getByText(/^(En uso|Comparar)$/).allTextContents()).toEqual(['En uso', 'Comparar', 'Comparar']);
});

test('a version that cannot be put in the note says why, and the note stays', async () => {
  await start();
  await page.goto(`/jobs/${await addReadyJob(site)}`);
  await note().waitFor();
  await regenerate('mareas');
  await page.route('**/restore', (route) => route.abort());
  await button('Usar este').click();
  await page.getByText('No se pudo conectar.').waitFor();
  await button('Comparar').first().click();
  const dialog = page.getByRole('dialog', { name: 'Comparar versiones' });
  await dialog.getByRole('button', { name: 'Usar este' }).click();
  await page.getByText('No se pudo conectar.').nth(1).waitFor();
  await page.keyboard.press('Escape');
  await note().getByText('Un resumen.').waitFor();
  expect(complaints.filter((complaint) => !complaint.startsWith('Failed to load resource'))).toEqual([]);
});

test('a summary is read while it is being written, and nothing of it moves when it becomes the note', async () => {
  const { promise, resolve: goOn } = Promise.withResolvers<void>();
  await start([new Halting(ANSWER, promise)]);
  const job = await addTranscribedJob(site);
  await page.goto(`/jobs/${job}`);
  await page.getByText('En pausa').first().waitFor();
  await site.destila.services.queue.setPaused(false);
  await page.getByText('Escribiéndose…').waitFor();
  const overview = page.getByText(/^El vídeo explica por qué la marea/);
  await overview.waitFor();
  expect(await note().count()).toBe(0);
  const before = await overview.boundingBox();

  goOn();
  await note().getByText('Mareas vivas y mareas muertas').waitFor();
  expect(await overview.boundingBox()).toEqual(before);
  await page.getByText('Escribiéndose…').waitFor({ state: 'hidden' });
  await page.getByRole('tab', { name: 'Resumen' }).click();
  await page.getByText('el 100 % del vídeo', { exact: true }).waitFor();
  await page.getByText('10 leídos y 10 escritos, en 1 petición').waitFor();
  expect(complaints).toEqual([]);
});

test('minutes of which a model made nothing are named, in the note and beside it', async () => {
  await start(['Sure! Here it is.']);
  const job = await addTranscribedJob(site);
  await site.destila.services.queue.setPaused(false);
  await page.goto(`/jobs/${job}`);
  await note().getByText('El modelo no dio nada utilizable de').waitFor();
  await page.getByRole('tab', { name: 'Resumen' }).click();
  await page.getByText('Con frases del propio vídeo en vez de un resumen: 0:00–1:00.').waitFor();
});

test('what another summary would take, or lacks, is said before it is begun', async () => {
  await start([ANSWER]);
  await page.goto(`/jobs/${await addReadyJob(site)}`);
  await page.getByRole('button', { name: 'Más acciones' }).click();
  await page.getByRole('menuitem', { name: 'Escribir otro resumen…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Escribir otro resumen' });
  await dialog.getByText(/^Con openai-compatible:test-model: 1 petición/).waitFor();
  const template = dialog.getByRole('combobox', { name: 'Plantilla' });
  await template.selectOption({ index: 1 });
  await dialog.getByRole('combobox', { name: 'Modelo' }).fill('openai:gpt');
  await dialog.getByRole('status').getByText('le falta la clave').waitFor();
  await dialog.getByRole('combobox', { name: 'Modelo' }).fill('extractive');
  await dialog.getByText(/^Sin modelo de lenguaje.*las plantillas no tienen efecto\.$/).waitFor();
  expect([await template.isDisabled(), await template.inputValue()]).toEqual([true, 'none']);
});

test('another summary is read while it is being written; it can be stopped, and one that fails says why', async () => {
  const { promise } = Promise.withResolvers<void>();
  await start([new Halting(ANSWER, promise), new Refusal(401, 'wrong key')]);
  const job = await addReadyJob(site);
  await page.goto(`/jobs/${job}`);
  await regenerate('mareas');
  const draft = page.getByRole('region', { name: 'Escribiendo otro resumen…' });
  await draft.getByText(/^El vídeo explica por qué la marea/).waitFor();
  await note().getByText('Un resumen.').waitFor();
  await button('Detener').click();
  await draft.waitFor({ state: 'hidden' });

  await regenerate('mareas');
  await page.getByRole('alert').getByText('No se pudo escribir el otro resumen').waitFor();
  await button('Ocultar el aviso').click();
  await page.reload();
  await note().getByText('Un resumen.').waitFor();
  expect(await page.getByText('No se pudo escribir el otro resumen').count()).toBe(0);
});
