import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { startTestDestila, type TestDestila } from './destila.ts';
import type { Fault } from './notion-server/faults.ts';
import { NotionServer } from './notion-server/notion-server.ts';
import { addReadyJob } from './ready-job.ts';

const AWAY: Fault = { kind: 'refused', status: 429, code: 'rate_limited', retryAfter: 0 };

let browser: Browser;
let notion: NotionServer;
let site: TestDestila;
let page: Page;
beforeAll(async () => {
  notion = await NotionServer.start();
  browser = await launchBrowser();
  site = await startTestDestila('pglite', {
    NOTION_TOKEN: notion.token,
    NOTION_DATA_SOURCE_ID: notion.dataSourceId,
    NOTION_BASE_URL: notion.url,
  });
  page = await browser.newPage({ locale: 'es-ES', baseURL: site.url });
  page.setDefaultTimeout(20_000);
});
afterEach(() => {
  notion.faults = () => null;
});
afterAll(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
  notion.stop();
});

async function retryIn(interval: string): Promise<void> {
  const { database } = site.destila.services;
  await database.query('update publications set run_at = clock_timestamp() + $1::interval', [interval]);
}

test('who comes back to a note that Notion was away for sees that its save goes on, until it has ended by itself', async () => {
  const id = await addReadyJob(site);
  notion.faults = () => AWAY;
  await page.goto(`/jobs/${id}`);
  await page.getByRole('button', { name: 'Guardar en Notion' }).click();
  const notice = page.getByText('Guardando… Notion pide ir más despacio.');
  await notice.waitFor();
  await retryIn('1 hour');
  await page.reload();
  await notice.waitFor();
  await page.getByText(/^Reintento a las \d+:\d\d\.$/).waitFor();
  await page.getByRole('link', { name: 'Cola' }).first().click();
  await page.getByRole('article').getByText('Guardando…').waitFor();

  await page.goto(`/jobs/${id}`);
  await notice.waitFor();
  notion.faults = () => null;
  await retryIn('0 s');
  await notice.waitFor({ state: 'detached' });
  await page.getByText('Guardado en Notion').first().waitFor();
  expect(notion.pages).toHaveLength(1);
});

test('a note that went on being saved and could not be says why, until it is saved', async () => {
  const id = await addReadyJob(site);
  notion.faults = () => AWAY;
  await site.api(`/jobs/${id}/save`, { method: 'POST' });
  await page.goto(`/jobs/${id}`);
  await page.getByText('Guardando… Notion pide ir más despacio.').waitFor();
  notion.faults = () => ({ kind: 'refused', status: 401, code: 'unauthorized' });
  await retryIn('0 s');
  const notice = page.getByText('No se pudo guardar. Notion rechazó la clave. Copia otra vez');
  await notice.waitFor();

  notion.faults = () => null;
  await page.getByRole('button', { name: 'Guardar en Notion' }).click();
  await notice.waitFor({ state: 'detached' });
});
