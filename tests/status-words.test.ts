import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { $ } from 'bun';
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

test('the queue tells how far a transcription has come in the sound, and how long it still takes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'destila-words-'));
  const program = join(folder, 'slow.sh');
  const sound = join(folder, 'clase.m4a');
  const go = join(folder, 'go');
  await using site = await startTestDestila('pglite', { TRANSCRIBER: 'command', TRANSCRIBE_COMMAND: program });
  const page = await openPage(site.url);
  try {
    await Bun.write(program, slowRecognizer(go));
    const { path: ffmpeg } = await import('@ffmpeg-installer/ffmpeg');
    await $`chmod +x ${program}`;
    await $`${ffmpeg} -v error -f lavfi -i sine=duration=290 -c:a aac -b:a 16k ${sound}`;
    await page.goto('/');
    await page.locator('input[type=file]').setInputFiles(sound);
    await page.goto('/jobs');
    const words = page.getByText(/^Transcribiendo 00:0\d:\d\d de 00:04:50, (faltan|falta) \d+\s(s|min)$/);
    const first = await words.textContent();
    await page.waitForFunction((before) => {
      const text = document.querySelector('article')?.textContent ?? '';
      return /Transcribiendo 00:0\d:\d\d de 00:04:50, faltan? \d/.test(text) && !text.includes(before);
    }, first ?? '');
    await Bun.write(go, '');
    await page.getByText('Listo para revisar').first().waitFor();
  } finally {
    await page.context().close();
    await rm(folder, { recursive: true });
  }
});

/** A program that hears ten seconds of sound in one, until the file `go` is there. */
function slowRecognizer(go: string): string {
  return `#!/bin/sh
n=0
while [ $n -lt 28 ]; do
  m=$((n * 10 / 60)); s=$((n * 10 % 60)); n=$((n + 1))
  printf '[00:%02d:%02d.000 --> 00:%02d:%02d.900] Frase %d.\\n' $m $s $m $((s + 9)) $n
  [ -e '${go}' ] || sleep 1
done
`;
}

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
