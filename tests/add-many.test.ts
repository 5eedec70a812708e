import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { startTestDestila, type TestDestila } from './destila.ts';
import { type MediaSite, startMediaSite } from './fakes/media-site.ts';
import { installFakeYtdlp } from './fakes/yt-dlp.ts';

let browser: Browser;
let root: string;
let media: MediaSite;
let site: TestDestila;
let page: Page;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'destila-add-'));
  [browser, media] = await Promise.all([launchBrowser(), startMediaSite({ root })]);
  await Bun.write(join(root, 'feed.xml'), feed(media.url));
});
afterAll(async () => {
  await Promise.all([browser.close(), media.close()]);
  await rm(root, { recursive: true });
});
beforeEach(async () => {
  const environment = { ALLOW_PRIVATE_NETWORK: 'on', UPLOAD_LIMIT: '1M', YTDLP_PATH: await installFakeYtdlp(root) };
  site = await startTestDestila('pglite', environment, { work: false });
  const context = await browser.newContext({ locale: 'es-ES', baseURL: site.url });
  context.setDefaultTimeout(20_000);
  page = await context.newPage();
});
afterEach(async () => {
  await page.context().close();
  await site[Symbol.asyncDispose]();
});

function feed(url: string): string {
  const item = (title: string, address: string) =>
    `<item><title>${title}</title><enclosure url="${address}"/><itunes:duration>600</itunes:duration></item>`;
  const lessons = [1, 2, 3].map((n) => item(`Lección ${n}`, `${url}/${n}.mp3`));
  return `<rss><channel><title>Curso de mareas</title>${lessons.join('')}${item('Suelto', `${url}/x.mp3`)}</channel></rss>`;
}

async function submit(text: string): Promise<void> {
  await page.goto('/');
  await page.getByRole('textbox', { name: 'Dirección del vídeo' }).fill(text);
  await page.keyboard.press('Enter');
}
const queued = () =>
  site.destila.services.database.query<{ video_title: string | null; custom_prompt: string | null; options: object }>(
    'select video_title, custom_prompt, options from processing_jobs order by created_at',
  );

test('a list is looked into, chosen from by keyboard, and added with one prompt for all', async () => {
  await site.api('/jobs', { json: { url: `${media.url}/2.mp3` } });
  await submit(`${media.url}/feed.xml`);
  const dialog = page.getByRole('dialog', { name: 'Curso de mareas' });
  await dialog.getByText('3 seleccionados · 30 min').waitFor();
  await dialog.getByRole('link', { name: 'Ya en tu biblioteca: Lección 2' }).waitFor();
  expect(await dialog.getByRole('checkbox', { name: 'Lección 2' }).isDisabled()).toBe(true);

  await dialog.getByRole('searchbox').fill('leccion');
  await dialog.getByRole('button', { name: 'No seleccionar ninguno' }).click();
  await dialog.getByRole('checkbox', { name: 'Lección 1' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await dialog.getByText('2 seleccionados · 20 min').waitFor();
  await dialog.getByRole('button', { name: 'Opciones' }).click();
  await dialog.getByRole('textbox', { name: /^Instrucciones/ }).fill('En tres puntos');
  await dialog.getByRole('checkbox', { name: 'Transcribir la voz aunque haya subtítulos' }).check();
  await dialog.getByRole('button', { name: 'Añadir 2 vídeos' }).click();

  await page.getByText('2 videos encolados').waitFor();
  await dialog.waitFor({ state: 'hidden' });
  expect((await queued()).slice(1)).toEqual(
    ['Lección 3', 'Suelto'].map((video_title) => ({
      video_title,
      custom_prompt: 'En tres puntos',
      options: { transcript_from: 'speech' },
    })),
  );
});

test('several pasted lines are added at once, and the sum of it is said', async () => {
  await site.api('/jobs', { json: { url: 'https://example.com/a' } });
  await submit(['https://example.com/a', 'https://example.com/b', 'https://example.com/c', 'la luna'].join('\n'));
  await page.getByText('2 añadidos, 1 ya estaba, 1 no es una dirección').waitFor();
  const field = page.getByRole('textbox', { name: 'Dirección del vídeo' });
  expect(await field.inputValue()).toBe('la luna');
  expect(await queued()).toHaveLength(3);
});

test('a video in a list is that video, unless the person wants the list', async () => {
  await submit('https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=PL1');
  await page.getByText('Video encolado').waitFor();
  await page.getByRole('textbox', { name: 'Dirección del vídeo' }).fill('https://youtu.be/dQw4w9WgXcQ?list=PL1');
  await page.getByRole('button', { name: 'Ver la lista entera' }).click();
  await page.getByRole('dialog').getByText('No se pudo leer la lista').waitFor();
  expect(await queued()).toHaveLength(1);
});

test('a job that turned out to be a list leads from the queue to the choice among its videos', async () => {
  await site.api('/jobs', { json: { url: `${media.url}/feed.xml` } });
  await site.destila.services.database.query(
    "update processing_jobs set status = 'failed', failed_stage = 'downloading', error_code = 'several_videos'",
  );
  await page.goto('/jobs');
  await page.getByText('En esa dirección hay varios vídeos.').waitFor();
  await page.getByRole('link', { name: 'Ver la lista' }).click();
  await page
    .getByRole('dialog', { name: 'Curso de mareas' })
    .getByText(/^4 seleccionados/)
    .waitFor();
});

test('files go one after the other, and one over the limit is not sent at all', async () => {
  await Promise.all([page.waitForResponse('**/api/settings'), page.goto('/')]);
  const events: string[] = [];
  const note = (what: string, url: string) => {
    const name = new URL(url).searchParams.get('filename');
    if (name) events.push(`${name} ${what}`);
  };
  page.on('request', (request) => note('sent', request.url()));
  page.on('response', (response) => note('taken', response.url()));
  const file = (name: string, size: number) => ({ name, mimeType: 'video/mp4', buffer: Buffer.alloc(size, name) });
  await page
    .locator('input[type=file]')
    .setInputFiles([file('a.mp4', 500), file('enorme.mp4', 2_000_000), file('b.mp4', 600)]);
  await page.getByText(/Ocupa 2\sMB y el máximo es 1\sMB/).waitFor();
  await page.getByText('2 en espera').waitFor();
  expect(events).toEqual(['a.mp4 sent', 'a.mp4 taken', 'b.mp4 sent', 'b.mp4 taken']);
  expect(await queued()).toHaveLength(2);
});

test('a file that is plainly no media is not sent, and the same file again is added if the person wants it', async () => {
  await page.goto('/');
  const sent: string[] = [];
  page.on('request', (request) => sent.push(new URL(request.url()).searchParams.get('filename') ?? ''));
  const input = page.locator('input[type=file]');
  await input.setInputFiles({ name: 'notas.txt', mimeType: 'text/plain', buffer: Buffer.from('Las mareas') });
  await page.getByRole('alert').getByText('El archivo no es un vídeo ni un audio.').waitFor();
  expect(await page.getByRole('button', { name: 'Reintentar' }).count()).toBe(0);
  expect(sent).not.toContain('notas.txt');

  const charla = { name: 'charla.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(500, 'a') };
  await input.setInputFiles(charla);
  await page.getByText('Video encolado').waitFor();
  await input.setInputFiles(charla);
  await page.getByRole('button', { name: 'Procesar otra vez' }).click();
  await page.getByText('2 en espera').waitFor();
  expect(await queued()).toHaveLength(2);
});
