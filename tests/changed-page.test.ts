import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { startTestDestila } from './destila.ts';
import { NotionServer } from './notion-server/notion-server.ts';
import { outline } from './notion-server/outline.ts';
import { addReadyJob } from './ready-job.ts';

let browser: Browser;
let notion: NotionServer;
beforeAll(async () => {
  notion = await NotionServer.start();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  notion.stop();
});

test('who saves over a page that somebody changed in Notion is asked first, and may add to it', async () => {
  await using site = await startTestDestila('pglite', {
    NOTION_TOKEN: notion.token,
    NOTION_DATA_SOURCE_ID: notion.dataSourceId,
    NOTION_BASE_URL: notion.url,
  });
  const id = await addReadyJob(site);
  await site.api('/settings', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: '{"index_after_save":"never"}',
  });
  const page = await browser.newPage({ locale: 'es-ES', baseURL: site.url });
  page.setDefaultTimeout(20_000);
  await page.goto(`/jobs/${id}`);
  await page.getByRole('button', { name: 'Guardar en Notion' }).click();
  await page.getByText('Guardado en Notion').first().waitFor();
  const lines = () => outline(notion.pages[0]?.children ?? []);
  expect(lines()).toContain('paragraph: Un resumen.');

  notion.writeAsPerson(notion.pages[0], 'Mío');
  await page.getByRole('button', { name: 'Guardar en Notion' }).click();
  const dialog = page.getByRole('dialog', { name: 'Alguien cambió la nota después de guardarla' });
  await dialog.waitFor();
  await dialog.getByRole('button', { name: 'Cancelar' }).click();
  expect(lines().at(-1)).toBe('paragraph: Mío');

  await page.getByRole('button', { name: 'Elegir…' }).click();
  await dialog.getByRole('button', { name: 'Añadir al final' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('Guardado en Notion').last().waitFor();
  expect(lines().slice(-3)).toEqual(['paragraph: Mío', 'divider: ', 'paragraph: Un resumen.']);
  expect(notion.pages).toHaveLength(1);
});
