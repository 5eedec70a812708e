import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { categorySchema, jobDetailSchema } from '@destila/contracts';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { startTestDestila, type TestDestila } from './destila.ts';
import { addReadyJob } from './ready-job.ts';
import { until } from './until.ts';

let browser: Browser;
let site: TestDestila;
let page: Page;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  site = await startTestDestila('pglite', {}, { work: false });
  page = await browser.newPage({ locale: 'es-ES', baseURL: site.url });
  page.setDefaultTimeout(20_000);
});
afterEach(async () => {
  await page.close();
  await site[Symbol.asyncDispose]();
});

/** A category that a note of the channel has, and another note of that channel, without one. */
async function addNotes(): Promise<{ category: string; note: string }> {
  const [earlier, note] = [
    await addReadyJob(site, { channel: 'El mar' }),
    await addReadyJob(site, { channel: 'El mar' }),
  ];
  await site.read(categorySchema, '/categories', { json: { name: 'Cocina', color: 'red' } });
  const { id } = await site.read(categorySchema, '/categories', { json: { name: 'Ciencia', color: 'blue' } });
  await patch(`/jobs/${earlier}`, { category_id: id });
  return { category: id, note };
}
const patch = (path: string, change: object) =>
  site.api(path, { method: 'PATCH', body: JSON.stringify(change), headers: { 'content-type': 'application/json' } });
const categoryOf = async (note: string) => (await site.read(jobDetailSchema, `/jobs/${note}`)).category_id;

test('the suggested category is taken with a click, and not asked about any more', async () => {
  const { category, note } = await addNotes();
  await page.goto(`/jobs/${note}`);
  const suggestion = page.getByRole('button', { name: 'Usar la categoría sugerida: Ciencia' });
  await suggestion.click();
  const chosen = page.getByRole('button', { name: 'Categoría: Ciencia', exact: true });
  await chosen.waitFor();
  expect(await suggestion.count()).toBe(0);
  expect(await chosen.evaluate((element) => element === document.activeElement)).toBe(true);
  await until(async () => (await categoryOf(note)) === category);
});

test('who must choose a category does so where they save, the suggested one first, and the note is saved with it', async () => {
  const { category, note } = await addNotes();
  await patch('/settings', { index_after_save: 'never' });
  await page.goto('/settings');
  await page.getByRole('switch', { name: 'Pedir una categoría antes de guardar' }).check();
  await page.getByText('Ajuste guardado').waitFor();

  await page.goto(`/jobs/${note}`);
  const save = page.getByRole('button', { name: 'Guardar nota' });
  await save.click();
  const asked = page.getByRole('dialog', { name: 'Elige una categoría para guardar' });
  await asked.waitFor();
  expect(await asked.getByRole('listitem').allTextContents()).toEqual(['CienciaSugerida', 'Cocina']);
  await page.keyboard.press('Escape');
  await asked.waitFor({ state: 'detached' });
  expect(await save.evaluate((element) => element === document.activeElement)).toBe(true);

  await page.keyboard.press('Enter');
  await asked.getByRole('button', { name: 'Ciencia' }).press('Enter');
  await page.getByText('Nota guardada').first().waitFor();
  expect(await categoryOf(note)).toBe(category);
});

test('a category that notes have is not deleted before the person knows how many', async () => {
  const { note } = await addNotes();
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Eliminar la categoría Cocina' }).click();
  await page.getByText('Categoría eliminada').waitFor();

  const remove = page.getByRole('button', { name: 'Eliminar la categoría Ciencia' });
  await remove.click();
  const dialog = page.getByRole('dialog', { name: '¿Eliminar la categoría «Ciencia»?' });
  await dialog.getByText('La nota que la tiene sigue ahí, pero se queda sin categoría.').waitFor();
  await dialog.getByRole('button', { name: 'Cancelar' }).click();
  await dialog.waitFor({ state: 'detached' });
  await remove.click();
  await dialog.getByRole('button', { name: 'Eliminar', exact: true }).click();
  await remove.waitFor({ state: 'detached' });
  expect(await categoryOf(note)).toBeNull();
});
