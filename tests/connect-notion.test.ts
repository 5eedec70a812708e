import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import {
  jobDetailSchema,
  NOTION_FIELD_NAMES,
  type NotionMapping,
  notionConnectionSchema,
  processingJobSchema,
} from '@destila/contracts';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { startTestDestila, type TestDestila } from './destila.ts';
import { NotionServer } from './notion-server/notion-server.ts';
import { outline } from './notion-server/outline.ts';
import { addReadyJob } from './ready-job.ts';
import { until } from './until.ts';

const SAMPLE = join(import.meta.dir, '../examples/la-luna-y-las-mareas.mp4');

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

let notion: NotionServer;
beforeEach(async () => {
  notion = await NotionServer.start();
});
afterEach(() => notion.stop());

function startDestila(): Promise<TestDestila> {
  return startTestDestila('pglite', { NOTION_BASE_URL: notion.url, EMBEDDINGS: 'off' });
}

async function openSettings(site: TestDestila): Promise<{ page: Page; section: Locator }> {
  const context = await browser.newContext({ locale: 'es-ES', baseURL: site.url });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  await page.goto('/settings');
  return { page, section: page.getByRole('region', { name: 'Notion', exact: true }) };
}

async function pasteToken(section: Locator, token: string): Promise<void> {
  await section.getByLabel('Clave de la integración').fill(token);
  await section.getByRole('button', { name: 'Conectar' }).click();
}

async function readySample(site: TestDestila): Promise<string> {
  const upload = { method: 'POST', body: Bun.file(SAMPLE) };
  const { id } = await site.read(processingJobSchema, '/jobs/upload?filename=luna.mp4', upload);
  await until(async () => (await site.read(jobDetailSchema, `/jobs/${id}`)).status === 'ready');
  return id;
}

/** Clicks and waits until the note is saved. */
async function saveToNotion(page: Page): Promise<void> {
  const answered = page.waitForResponse(/\/save$/);
  await page.getByRole('button', { name: 'Guardar en Notion' }).click();
  expect((await answered).status()).toBe(200);
}

test('a person connects Notion in the settings, saves a note there, saves it again, indexes it and finds it at its second', async () => {
  notion.addDataSource('Lecturas', { Libro: 'title' });
  notion.setProperties({
    Nombre: 'title',
    Categoría: { type: 'select', options: [{ name: 'Ciencia', color: 'blue' }] },
    Etiquetas: 'multi_select',
    Canal: 'checkbox',
  });
  await using site = await startDestila();
  const id = await readySample(site);
  const { page, section } = await openSettings(site);
  try {
    await pasteToken(section, 'ntn_wrong');
    await section.getByText('Notion rechazó la clave.').waitFor();
    await pasteToken(section, notion.token);
    await section.getByRole('button', { name: 'Lecturas' }).waitFor();
    await section.getByRole('button', { name: 'Notas' }).click();

    const chosen = (field: string) =>
      section.getByLabel(field, { exact: true }).locator('option:checked').textContent();
    expect(await chosen('Etiquetas')).toBe('Etiquetas');
    expect(await chosen('Canal')).toBe('Añadir «Canal (Destila)»');
    expect(await chosen('Duración')).toBe('Añadir «Duración (min)»');
    for (const field of ['Enlace', 'Canal', 'Publicado', 'Guardado']) {
      await section.getByLabel(field, { exact: true }).selectOption('No guardar');
    }
    await section.getByRole('button', { name: 'Guardar notas aquí' }).click();
    await section.getByText('Las notas se guardan en «Notas».').waitFor();
    const names = notion.dataSource.properties.map(({ name }) => name);
    expect(names.toSorted()).toEqual(['Canal', 'Categoría', 'Destila ID', 'Duración (min)', 'Etiquetas', 'Nombre']);
    await section.getByRole('button', { name: 'Traer sus categorías' }).click();
    await page.getByText('1 categoría añadida').waitFor();
    await page.getByRole('textbox', { name: 'Nombre de la categoría Ciencia' }).waitFor();

    await page.goto(`/jobs/${id}`);
    await saveToNotion(page);
    const dialog = page.getByRole('dialog', { name: '¿Quieres indexar este contenido?' });
    await dialog.getByRole('button', { name: 'Sí, indexar' }).click();
    await page.getByText('· Se puede buscar').waitFor();
    const [saved] = notion.pages;
    expect(outline(saved?.children ?? []).join('\n')).toContain('Mareas vivas y mareas muertas');
    expect(notion.valuesOf(saved)).toMatchObject({
      Nombre: expect.stringContaining('Luna'),
      Etiquetas: expect.arrayContaining([expect.any(String)]),
      'Duración (min)': expect.any(Number),
    });
    await saveToNotion(page);
    expect(notion.pages).toEqual([expect.objectContaining({ id: saved?.id })]);

    await page.goto('/search?q=mareas+vivas');
    const moment = page.getByRole('link', { name: /^Ver el vídeo en \d+:\d\d$/ }).first();
    const second = Number(new URL((await moment.getAttribute('href')) ?? '', site.url).searchParams.get('t'));
    expect(second).toBeGreaterThan(0);
    await moment.click();
    await page.waitForFunction(
      (from) => [...document.querySelectorAll('video')].some(({ currentTime }) => Math.abs(currentTime - from) < 2),
      second,
    );
  } finally {
    await page.context().close();
  }
});

/** Notes go to the data source, by request; `mapping` says into what. */
async function connect(site: TestDestila, mapping: Partial<NotionMapping> = {}): Promise<void> {
  const put = (path: string, body: object) =>
    site.api(path, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  await put('/notion/token', { token: notion.token });
  const unmapped = Object.fromEntries(NOTION_FIELD_NAMES.map((field) => [field, null]));
  const used = { database_id: notion.dataSourceId, mapping: { ...unmapped, cover: true, ...mapping } };
  expect((await put('/notion/database', used)).status).toBe(200);
}

test('a property that is gone is named in the settings, which save without it then', async () => {
  await using site = await startDestila();
  await connect(site, { tags: notion.dataSource.findProperty('Etiquetas').id });
  notion.dataSource.removeProperty('Etiquetas');
  const { page, section } = await openSettings(site);
  try {
    await section.getByText('falta la propiedad de Etiquetas').waitFor();
    await section.getByRole('button', { name: 'Editar' }).click();
    await section.getByRole('button', { name: 'Guardar cambios' }).click();
    await section.getByText('Las notas se guardan en «Notas».').waitFor();
    expect(await section.getByText('falta la propiedad').count()).toBe(0);
  } finally {
    await page.context().close();
  }
});

test('a save that Notion was away for ends by itself, and then the question whether to index it is asked', async () => {
  await using site = await startDestila();
  await connect(site);
  const id = await addReadyJob(site);
  const { page } = await openSettings(site);
  try {
    await page.goto(`/jobs/${id}`);
    notion.faults = () => ({ kind: 'refused', status: 429, code: 'rate_limited', retryAfter: 0 });
    const answered = page.waitForResponse(/\/save$/);
    await page.getByRole('button', { name: 'Guardar en Notion' }).click();
    expect((await answered).status()).toBe(503);
    notion.faults = () => null;
    await site.destila.services.database.query('update publications set run_at = clock_timestamp()');
    await page.getByRole('dialog', { name: '¿Quieres indexar este contenido?' }).waitFor();
  } finally {
    await page.context().close();
  }
});

test('who disconnects Notion is asked first; then notes go to the folder again', async () => {
  await using site = await startDestila();
  await connect(site);
  const { page, section } = await openSettings(site);
  try {
    const connection = () => site.read(notionConnectionSchema, '/notion');
    const dialog = page.getByRole('dialog', { name: '¿Desconectar Notion?' });
    await section.getByRole('link', { name: 'Notas' }).waitFor();
    await section.getByRole('button', { name: 'Desconectar' }).click();
    await dialog.getByRole('button', { name: 'Cancelar' }).click();
    expect(await connection()).toMatchObject({ token: 'own', database: { title: 'Notas' } });

    await section.getByRole('button', { name: 'Desconectar' }).click();
    await dialog.getByRole('button', { name: 'Desconectar' }).click();
    await section.getByLabel('Clave de la integración').waitFor();
    await page.getByRole('region', { name: 'Notas' }).getByText('Archivos Markdown').waitFor();
    expect(await connection()).toMatchObject({ token: null, database: null });
  } finally {
    await page.context().close();
  }
});
