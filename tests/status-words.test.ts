import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { startTestDestila } from './destila.ts';
import { startMediaSite } from './fakes/media-site.ts';

const EXAMPLES = join(import.meta.dir, '../examples');
const SAMPLE = 'la-luna-y-las-mareas.mp4';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

async function openPage(url: string): Promise<Page> {
  const context = await browser.newContext({ locale: 'es-ES', baseURL: url });
  context.setDefaultTimeout(20_000);
  return context.newPage();
}

test('the queue tells how much of a download there is and how long it still takes, and counts on by itself', async () => {
  await using site = await startTestDestila('pglite', { ALLOW_PRIVATE_NETWORK: 'on' });
  const media = await startMediaSite({ root: EXAMPLES });
  const page = await openPage(site.url);
  try {
    // Some ten seconds' worth.
    const rate = Math.round(Bun.file(join(EXAMPLES, SAMPLE)).size / 10);
    await site.api('/jobs', { json: { url: `${media.url}/slow/${SAMPLE}?rate=${rate}` } });
    await page.goto('/jobs');
    const words = page.getByText(/^Descargando el archivo \d+\s%, \d+\ss$/);
    const first = await words.textContent();
    await page.waitForFunction((before) => {
      const text = document.querySelector('article')?.textContent ?? '';
      return /Descargando el archivo \d+\s%, \d+\ss/.test(text) && !text.includes(before);
    }, first ?? '');
    expect(await page.getByRole('progressbar').getAttribute('aria-valuetext')).toMatch(/^Descargando el archivo/);
  } finally {
    await page.context().close();
    await media.close();
  }
});

test('the settings say what is wrong and what mends it, in the language of the page, and look again when asked', async () => {
  await using site = await startTestDestila('pglite', { YTDLP_COOKIES: '/nonexistent/cookies.txt' });
  const page = await openPage(site.url);
  try {
    await page.goto('/settings');
    const doctor = page.getByRole('region', { name: 'Estado del sistema' });
    const cookies = doctor.getByRole('listitem').filter({ hasText: 'Cookies para yt-dlp' });
    await cookies.getByText('No funciona').waitFor();
    expect(await cookies.textContent()).toContain('Comprueba que el archivo exista');
    expect(await doctor.getByRole('status').textContent()).toMatch(/^1 cosa no funciona/);

    const asked = page.waitForRequest('**/api/doctor');
    await doctor.getByRole('button', { name: 'Comprobar otra vez' }).press('Enter');
    await asked;

    await page.getByRole('radio', { name: 'English' }).press('Space');
    const inEnglish = page.getByRole('region', { name: 'System health' });
    await inEnglish.getByText('Check that the file exists, and its rights, or change YTDLP_COOKIES.').waitFor();
  } finally {
    await page.context().close();
  }
});
