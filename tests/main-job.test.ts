import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { $ } from 'bun';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { startTestDestila, type TestDestila } from './destila.ts';
import { type MediaSite, startMediaSite } from './fakes/media-site.ts';
import { addReadyJob } from './ready-job.ts';

const EXAMPLES = join(import.meta.dir, '../examples');
const SAMPLE = 'la-luna-y-las-mareas.mp4';
const PHONE = { width: 390, height: 844 };

let browser: Browser;
let media: MediaSite;
let site: TestDestila;
let page: Page;
/** What the page complained of: errors of scripts, and refusals of the content security policy. */
let complaints: string[];

beforeAll(async () => {
  [browser, media] = await Promise.all([launchBrowser(), startMediaSite({ root: EXAMPLES })]);
});
afterAll(() => Promise.all([browser.close(), media.close()]));
beforeEach(async () => {
  site = await startTestDestila('pglite', { ALLOW_PRIVATE_NETWORK: 'on' });
  page = await openPage('es-ES');
});
afterEach(async () => {
  await page.context().close();
  await site[Symbol.asyncDispose]();
});

async function openPage(locale: string, viewport = { width: 1440, height: 900 }): Promise<Page> {
  const context = await browser.newContext({ locale, viewport, baseURL: site.url });
  context.setDefaultTimeout(20_000);
  const opened = await context.newPage();
  complaints = [];
  opened.on('pageerror', (error) => complaints.push(String(error)));
  opened.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return opened;
}

async function addByAddress(url: string): Promise<void> {
  await page.goto('/');
  await page.getByRole('textbox', { name: 'Dirección del vídeo' }).fill(url);
  await page.getByRole('button', { name: 'Procesar' }).click();
  await page.getByText('Video encolado').waitFor();
}

test('the whole way: add an address, watch it being processed, edit, save, index, and find it by a word that was said', async () => {
  // Slow enough that progress is seen to arrive.
  await addByAddress(`${media.url}/slow/${SAMPLE}?rate=500000`);
  await page.getByRole('link', { name: /cola/i }).first().click();
  await page.waitForURL('**/jobs');
  await page.evaluate(() => document.body.setAttribute('data-loaded', 'once'));
  const bar = page.getByRole('progressbar').first();
  await bar.waitFor();
  const progress = async () => Number(await bar.getAttribute('aria-valuenow'));
  const early = await progress();
  await page.waitForFunction(
    (before) => Number(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')) > before,
    early,
  );
  await page.getByText('Listo para revisar').first().waitFor();
  expect(await page.locator('body').getAttribute('data-loaded')).toBe('once');

  await page
    .getByRole('link', { name: /La Luna y las mareas/ })
    .first()
    .click();
  const note = page.getByRole('textbox', { name: 'Nota' });
  await note.getByText('Mareas vivas y mareas muertas').waitFor();
  await note.getByText('La Luna se aleja 3,8 centímetros al año.').click();
  await page.keyboard.press('End');
  await page.keyboard.type(' Comprobado por mí.');
  await page.getByRole('button', { name: /^Guardar nota/ }).click();
  const dialog = page.getByRole('dialog', { name: '¿Quieres indexar este contenido?' });
  await dialog.getByRole('button', { name: 'Sí, indexar' }).click();
  await dialog.waitFor({ state: 'hidden' });

  const [file = ''] = [...new Bun.Glob('*.md').scanSync(join(site.dataDir, 'notes'))];
  expect(await Bun.file(join(site.dataDir, 'notes', file)).text()).toContain('Comprobado por mí.');

  await page.goto('/search');
  await page.getByRole('searchbox').fill('pleamar');
  const hit = page.getByRole('link', { name: /^Ver el vídeo en/ }).first();
  await hit.waitFor();
  expect(await page.locator('mark').first().textContent()).toMatch(/pleamar/i);
  expect(await hit.getAttribute('href')).toMatch(/#t=\d+$/);
  expect(complaints).toEqual([]);
});

test('opening a note and saving it unedited changes nothing', async () => {
  await addByAddress(`${media.url}/${SAMPLE}`);
  await page.goto('/jobs');
  await page
    .getByRole('link', { name: /La Luna y las mareas/ })
    .first()
    .click();
  await page.getByRole('textbox', { name: 'Nota' }).getByText('Mareas vivas').first().waitFor();
  const summary = () => site.destila.services.database.query('select summary_markdown, version from processing_jobs');
  const before = await summary();
  await page.getByRole('button', { name: /^Guardar nota/ }).click();
  await page
    .getByRole('dialog', { name: '¿Quieres indexar este contenido?' })
    .getByRole('button', { name: 'Ahora no' })
    .click();
  expect(await summary()).toEqual(before);
});

test('what is typed before a moment at the start of a line stays out of its link', async () => {
  const moment = '[0:15](https://example.com/v#t=15)';
  const id = await addReadyJob(site, { markdown: `- ${moment} La marea sube.\n` });
  await page.goto(`/jobs/${id}`);
  await page.getByRole('textbox', { name: 'Nota' }).getByText('La marea sube.').click();
  await page.keyboard.press('Home');
  await page.keyboard.type('Ay. ');
  await page.getByRole('button', { name: /^Guardar nota/ }).click();
  await page.getByRole('dialog', { name: '¿Quieres indexar este contenido?' }).waitFor();
  const [note] = await site.destila.services.database.query('select summary_markdown from processing_jobs');
  expect(note).toEqual({ summary_markdown: `- Ay. ${moment} La marea sube.\n` });
});

test('a file dropped from the computer is uploaded and its moments play in place', async () => {
  await page.goto('/');
  await page.locator('input[type=file]').setInputFiles(join(EXAMPLES, SAMPLE));
  await page.goto('/jobs');
  await page
    .getByRole('link', { name: /La Luna y las mareas/ })
    .first()
    .click();
  await page.getByRole('textbox', { name: 'Nota' }).getByRole('link', { name: '0:43' }).first().click();
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) >= 43);
  expect(complaints).toEqual([]);
});

test('a file that is there already leads to its note, not to another try', async () => {
  const file = page.locator('input[type=file]');
  await page.goto('/');
  await file.setInputFiles(join(EXAMPLES, SAMPLE));
  await page.getByText('Video encolado').waitFor();
  await file.setInputFiles(join(EXAMPLES, SAMPLE));
  const refused = page.getByRole('listitem').filter({ hasText: 'Ese vídeo ya está en tu cola.' });
  await refused.waitFor();
  expect(await refused.getByRole('button', { name: 'Reintentar' }).count()).toBe(0);
  await refused.getByRole('link', { name: 'Abrirlo' }).click();
  await page.getByRole('textbox', { name: 'Nota' }).getByText('Mareas vivas').first().waitFor();
});

test('while the queue is paused nothing begins, and the page says so', async () => {
  await page.goto('/jobs');
  await page.getByRole('button', { name: 'Pausar' }).click();
  await page.getByText('La cola está en pausa').waitFor();
  await addByAddress(`${media.url}/${SAMPLE}`);
  await page.goto('/jobs');
  await page.getByText('La cola está en pausa').waitFor();
  expect(await site.destila.processor.getNextPendingJob()).toBeNull();
  await page.getByRole('button', { name: 'Reanudar' }).click();
  await page.getByText('Listo para revisar').first().waitFor();
});

test('what failed says why and what to do, and deleting it can be undone', async () => {
  await addByAddress(`${media.url}/404`);
  await page.goto('/jobs');
  await page.getByText('En esa dirección no hay nada (404).').first().waitFor();
  await page
    .getByRole('button', { name: /^Eliminar/ })
    .first()
    .click();
  await page.getByText('En esa dirección no hay nada (404).').first().waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Deshacer' }).click();
  await page.getByText('En esa dirección no hay nada (404).').first().waitFor();
});

test('what is no address is refused where it was typed, and stays there to be mended', async () => {
  await page.goto('/');
  const box = page.getByRole('textbox', { name: 'Dirección del vídeo' });
  await box.fill('http://127.0.0.1.nip.io:99999/x');
  await page.getByRole('button', { name: 'Procesar' }).click();
  await page.getByText('Eso no es una dirección web válida.').first().waitFor();
  expect(await box.inputValue()).toBe('http://127.0.0.1.nip.io:99999/x');
});

test.each([
  ['en-US', 'Process'],
  ['es-ES', 'Procesar'],
])('every page opens on a phone in %s, within its width', async (locale, button) => {
  await page.context().close();
  page = await openPage(locale, PHONE);
  for (const path of ['/', '/jobs', '/queue', '/search', '/settings']) {
    await page.goto(path);
    await page.getByRole('main').waitFor();
    await page.getByRole('heading').first().waitFor();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(`${path} ${overflow}`).toBe(`${path} 0`);
  }
  await page.goto('/');
  await page.getByRole('button', { name: button }).waitFor();
  expect(complaints).toEqual([]);
});

test('a page of another origin cannot queue anything', async () => {
  using evil = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => new Response('<!doctype html><title>evil</title>', { headers: { 'content-type': 'text/html' } }),
  });
  await page.goto(`http://127.0.0.1:${evil.port}/`);
  await page.evaluate(async (url) => {
    const body = JSON.stringify({ url: 'https://example.com/evil' });
    await fetch(`${url}/api/jobs`, {
      method: 'POST',
      mode: 'no-cors',
      body,
      headers: { 'content-type': 'text/plain' },
    }).catch(() => {});
    await fetch(`${url}/api/jobs`, { method: 'POST', body, headers: { 'content-type': 'application/json' } }).catch(
      () => {},
    );
  }, site.url);
  expect(await site.destila.services.database.query('select id from processing_jobs')).toEqual([]);
});

test('the sound of a video without captions is looked for, and a speech model that cannot be fetched is tried again, and said so', async () => {
  const ffmpeg = (await import('@ffmpeg-installer/ffmpeg')).path;
  const mute = join(site.dataDir, 'sin-subtitulos.mp4');
  await $`${ffmpeg} -v error -i ${join(EXAMPLES, SAMPLE)} -t 3 -map 0:v -map 0:a -c copy ${mute}`;
  await page.goto('/');
  await page.locator('input[type=file]').setInputFiles(mute);
  await page.goto('/jobs');
  await page
    .getByText(/Reintento .*modelo de voz no se pudo descargar/)
    .first()
    .waitFor();
});
