import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { jobDetailSchema, processingJobSchema, settingsSchema } from '@destila/contracts';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { startTestDestila, type TestDestila } from './destila.ts';
import { startEmbeddingServer } from './fakes/embedding-server.ts';
import { addReadyJob } from './ready-job.ts';
import { until } from './until.ts';

const SAMPLE = join(import.meta.dir, '../examples/la-luna-y-las-mareas.mp4');
const PHONE = { width: 390, height: 844 };

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

async function openPage(url: string, options: { locale?: string; viewport?: typeof PHONE } = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'es-ES', baseURL: url, ...options });
  context.setDefaultTimeout(20_000);
  return context.newPage();
}

async function readySample(site: TestDestila): Promise<string> {
  const upload = { method: 'POST', body: Bun.file(SAMPLE) };
  const { id } = await site.read(processingJobSchema, '/jobs/upload?filename=luna.mp4', upload);
  await until(async () => (await site.read(jobDetailSchema, `/jobs/${id}`)).status === 'ready');
  return id;
}

test('a saved note is indexed, found by what it means, and opened at the second where that is said', async () => {
  const models = startEmbeddingServer();
  await using site = await startTestDestila('pglite', {
    EMBEDDINGS: 'openai-compatible:test-64',
    EMBEDDINGS_BASE_URL: models.baseUrl,
  });
  const id = await readySample(site);
  const page = await openPage(site.url);
  try {
    await page.goto(`/jobs/${id}`);
    await page.getByRole('button', { name: 'Guardar nota' }).click();
    const dialog = page.getByRole('dialog', { name: '¿Quieres indexar este contenido?' });
    await dialog.getByText('se envían a un servidor de modelos').waitFor();
    await dialog.getByRole('button', { name: 'Sí, indexar' }).click();
    await page.getByText('· Se puede buscar').waitFor();
    await until(async () => models.read.length > 0);

    await page.goto('/search');
    await page.getByRole('searchbox').fill('tides');
    const hit = page.getByRole('article').first();
    await hit.getByText('Por lo que significa').waitFor();
    const link = hit.getByRole('link').first();
    expect(await link.getAttribute('href')).toMatch(new RegExp(`^/jobs/${id}(\\?t=\\d+)?$`));

    await page.getByRole('searchbox').fill('mareas vivas');
    await page.getByRole('article').first().locator('mark').first().waitFor();
    expect(page.url()).toContain('q=mareas+vivas');
    const moment = page.getByRole('link', { name: /^Ver el vídeo en \d+:\d\d$/ }).first();
    const address = await moment.getAttribute('href');
    const second = Number(new URL(address ?? '', site.url).searchParams.get('t'));
    expect(second).toBeGreaterThan(0);
    await moment.click();
    const video = page.locator('video').last();
    await page.waitForFunction(
      (from) => [...document.querySelectorAll('video')].some(({ currentTime }) => Math.abs(currentTime - from) < 2),
      second,
    );
    expect(await video.isVisible()).toBe(true);

    await page.goto('/search?q=marea');
    await page.getByRole('combobox', { name: 'Añadido' }).selectOption({ label: 'Última semana' });
    await page.getByRole('article').first().waitFor();
    expect(page.url()).toMatch(/from=\d{4}-\d\d-\d\d/);

    await page.getByRole('combobox', { name: 'Añadido' }).selectOption({ label: 'Entre dos días…' });
    await page.getByLabel('Hasta').fill('2001-12-31');
    await page.getByText('Nada para «marea» con estos filtros').waitFor();
    await page.reload();
    expect(await page.getByLabel('Hasta').inputValue()).toBe('2001-12-31');
    await page.getByRole('button', { name: 'Quitar los filtros' }).click();
    await page.getByRole('article').first().waitFor();
    expect(await page.getByLabel('Hasta').count()).toBe(0);

    await page.getByRole('combobox', { name: 'Añadido' }).selectOption({ label: 'Entre dos días…' });
    await page.getByLabel('Hasta').fill('2001-12-31');
    await page.getByRole('searchbox').fill('"mareas vivas"');
    await page.getByText('Nada para «mareas vivas» con estos filtros').waitFor();
    await page.getByRole('button', { name: 'Buscar sin filtros' }).click();
    await page.getByRole('article').first().waitFor();
    expect(await page.getByLabel('Hasta').count()).toBe(0);

    // Two days the wrong way round: what was added between them is found.
    await page.goto('/search?q=marea&from=2999-12-31&to=2001-12-31');
    await page.getByRole('article').first().waitFor();

    // A model that takes its time is not waited for to show what words find.
    models.delay = 3_000;
    await page.getByRole('searchbox').fill('mareas vivas');
    await page.getByText('Buscando también por significado…').waitFor();
    await page.getByRole('article').first().locator('mark').first().waitFor();
    models.delay = 0;
    await page.getByText('Buscando también por significado…').waitFor({ state: 'detached' });
  } finally {
    await page.context().close();
    await models.stop();
  }
});

test('by keyboard alone, "always" is answered once: what is saved from then on is indexed unasked, and a choice that could not be kept is said', async () => {
  await using site = await startTestDestila('pglite', { EMBEDDINGS: 'off' });
  const id = await readySample(site);
  const other = await addReadyJob(site);
  const page = await openPage(site.url, { locale: 'en-GB' });
  const dialog = page.getByRole('dialog', { name: 'Do you want to index this content?' });
  const isIndexed = async (job: string) => (await site.read(jobDetailSchema, `/jobs/${job}`)).indexed_at !== null;
  const save = async (job: string) => {
    await page.goto(`/jobs/${job}`);
    await page.getByRole('button', { name: 'Save note' }).waitFor();
    await page.keyboard.press('Control+s');
  };
  try {
    await save(id);
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await isIndexed(id)).toBe(false);

    await page.route('**/api/settings', (route) =>
      route.request().method() === 'PATCH' ? route.abort() : route.continue(),
    );
    await page.keyboard.press('Control+s');
    const always = dialog.getByRole('button', { name: 'Always' });
    await always.press('Enter');
    await page.getByText('Searchable').first().waitFor();
    await page.getByText('Could not connect.').first().waitFor();

    await page.unroute('**/api/settings');
    await site.api(`/jobs/${id}/index`, { method: 'DELETE' });
    await save(id);
    await always.press('Enter');
    await until(async () => (await site.read(settingsSchema, '/settings')).index_after_save === 'always');
    await save(other);
    await until(() => isIndexed(other));
    expect(await dialog.isVisible()).toBe(false);
  } finally {
    await page.context().close();
  }
});

test('whoever reads notes on another machine is agreed to first: with the first note, or in the settings for all that are indexed', async () => {
  const models = startEmbeddingServer();
  await using site = await startTestDestila('pglite');
  // An address that is no loopback's, and leads to it all the same.
  const llm_base_url = models.baseUrl.replace('127.0.0.1', '0.0.0.0');
  const { host } = new URL(llm_base_url);
  const edit = (json: Record<string, unknown>) => site.api('/settings', { json, method: 'PATCH' });
  const id = await addReadyJob(site);
  await edit({ llm: 'ollama:llama3.2:3b', llm_base_url });
  const page = await openPage(site.url);
  const choose = async (item: string) => {
    await page.getByRole('button', { name: 'Más acciones' }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  try {
    await page.goto(`/jobs/${id}`);
    await choose('Indexar para buscarlo');
    const dialog = page.getByRole('dialog', { name: '¿Quieres indexar este contenido?' });
    await dialog.getByText(`sus pasajes se envían a ${host}`).waitFor();
    expect(models.read).toEqual([]);
    await dialog.getByRole('button', { name: 'Sí, indexar' }).click();
    await until(async () => models.read.length > 0);

    await page.goto('/settings');
    const reader = page.getByRole('group', { name: 'Quién lee tus notas para buscarlas por su significado' });
    await reader.getByRole('radio', { name: host }).waitFor();
    await page.getByText(`Los pasajes de tus notas indexadas se envían a ${host}.`).waitFor();
    await reader.getByRole('radio', { name: 'Este equipo' }).check();
    await until(async () => (await site.read(settingsSchema, '/settings')).index_reader === 'here');

    // As for somebody whose notes had been read here, and who chooses another model now.
    await edit({ index_reader: null });
    await page.reload();
    await page.getByText(`Tu nota indexada se enviaría a ${host}`).waitFor();
    expect(await reader.getByRole('radio', { checked: true }).count()).toBe(0);
    await reader.getByRole('radio', { name: host }).click();
    await page.getByText(`Los pasajes de tus notas indexadas se envían a ${host}.`).waitFor();
    expect((await site.read(settingsSchema, '/settings')).index_reader).toBe(host);
  } finally {
    await page.context().close();
    await models.stop();
  }
});

test('a note that was edited since it was indexed says so, and can be brought up to date from its menu', async () => {
  await using site = await startTestDestila('pglite', { EMBEDDINGS: 'off' });
  const id = await addReadyJob(site);
  await site.api(`/jobs/${id}/index`, { method: 'POST' });
  const page = await openPage(site.url);
  const outdated = page.getByText('como era antes de los últimos cambios');
  try {
    await page.goto(`/jobs/${id}`);
    await page.getByText('· Se puede buscar').waitFor();
    expect(await outdated.count()).toBe(0);
    await page.getByRole('textbox', { name: 'Título' }).fill('Otro nombre, espigas');
    await outdated.waitFor();
    await page.getByRole('button', { name: 'Más acciones' }).click();
    await page.getByRole('menuitem', { name: 'Actualizar en el buscador' }).click();
    await outdated.waitFor({ state: 'detached' });
    await page.goto('/search?q=espigas');
    await page.getByRole('article').first().waitFor();
  } finally {
    await page.context().close();
  }
});

test('where the model on this machine cannot read the notes, search says so, and where another is chosen', async () => {
  await using site = await startTestDestila('pglite');
  await site.api(`/jobs/${await addReadyJob(site)}/index`, { method: 'POST' });
  const page = await openPage(site.url);
  try {
    await page.goto('/search?q=marea');
    await page.getByText('Se busca por palabras: el modelo de este equipo solo lee inglés.').waitFor();
    expect(await page.getByRole('link', { name: 'Elegir otro modelo' }).getAttribute('href')).toBe('/settings');
  } finally {
    await page.context().close();
  }
});

test('without search by meaning, the page says that words are what is looked for', async () => {
  await using site = await startTestDestila('pglite', { EMBEDDINGS: 'off' });
  const id = await readySample(site);
  await site.api(`/jobs/${id}/index`, { method: 'POST' });
  const page = await openPage(site.url);
  try {
    await page.goto('/search?q=marea');
    await page.getByRole('article').first().waitFor();
    await page.getByText('Se busca por palabras: esta instalación no tiene búsqueda por significado.').waitFor();
    await page.goto('/settings');
    await page.getByText('No: se busca por palabras').waitFor();
  } finally {
    await page.context().close();
  }
});

test('the palette opens on any page by keyboard, finds notes, passages and actions, and goes where the arrows point', async () => {
  await using site = await startTestDestila('pglite', { EMBEDDINGS: 'off' });
  const id = await readySample(site);
  await site.api(`/jobs/${id}/index`, { method: 'POST' });
  const page = await openPage(site.url);
  try {
    await page.goto('/settings');
    await page.getByRole('heading', { name: 'Ajustes' }).first().waitFor();
    const field = page.getByRole('combobox', { name: 'Busca en tus notas o elige una acción' });
    await page.keyboard.press('Control+k');
    await field.waitFor();
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
    const selected = page.getByRole('option', { selected: true });
    expect(await selected.textContent()).toContain('Añadir un vídeo');

    await field.fill('luna');
    const note = page.getByRole('group', { name: 'Notas', exact: true }).getByRole('option');
    await note.first().waitFor();
    const passage = page.getByRole('group', { name: 'En las notas' }).getByRole('option').first();
    await passage.locator('mark').first().waitFor();
    expect(await field.getAttribute('aria-activedescendant')).toBe(await selected.getAttribute('id'));
    await page.keyboard.press('ArrowUp');
    expect(await selected.textContent()).toContain('Buscar «luna» en tus notas');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/jobs/${id}\\?t=\\d+$|/jobs/${id}$`));

    // What only a page that is alive shows: its note.
    await page.getByRole('tab').first().waitFor();
    await page.keyboard.press('Control+k');
    await field.fill('luna');
    await note.first().waitFor();
    await page.keyboard.press('Escape');
    await field.waitFor({ state: 'detached' });

    // Who types faster than the server answers is not taken to what was found for something else.
    await page.keyboard.press('Control+k');
    await field.fill('luna');
    await note.first().waitFor();
    await field.fill('ajustes');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/settings');
  } finally {
    await page.context().close();
  }
});

test('closing the palette or a dialog gives the focus back, and a menu does not stay open behind it', async () => {
  await using site = await startTestDestila('pglite', { EMBEDDINGS: 'off' });
  const id = await addReadyJob(site);
  const page = await openPage(site.url);
  const dialog = page.getByRole('dialog');
  const hasFocus = (place: Locator) =>
    until(() => place.evaluate((element) => element.contains(document.activeElement)));
  const openAndClose = async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Busca en tus notas' }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  };
  try {
    await page.goto(`/jobs/${id}`);
    const title = page.getByRole('textbox', { name: 'Título' });
    await title.click();
    await openAndClose();
    await hasFocus(title);
    const note = page.getByRole('textbox', { name: 'Nota' });
    await note.click();
    await page.keyboard.press('Control+End');
    await openAndClose();
    await hasFocus(note);
    await page.keyboard.type(' Al final.');
    expect((await note.textContent())?.trim()).toEndWith('Al final.');
    await page.keyboard.press('Control+s');
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await hasFocus(note);

    await page.getByRole('button', { name: 'Más acciones' }).click();
    await page.getByRole('menu').waitFor();
    await openAndClose();
    expect(await page.getByRole('menu').count()).toBe(0);

    await page.goto('/no-such-page');
    const open = page.getByRole('button', { name: /Buscar o ir a/ });
    await until(async () => {
      await open.click({ timeout: 1_000 });
      return dialog.isVisible();
    });
  } finally {
    await page.context().close();
  }
});

test('on a phone, in English, the palette is opened by its button and fits the screen', async () => {
  await using site = await startTestDestila('pglite', { EMBEDDINGS: 'off' });
  const page = await openPage(site.url, { locale: 'en-GB', viewport: PHONE });
  try {
    await page.goto('/jobs');
    await page.getByRole('heading').first().waitFor();
    const palette = page.getByRole('dialog', { name: 'Search or go to…' });
    await until(async () => {
      await page.getByRole('button', { name: 'Search or go to…' }).click({ timeout: 1_000 });
      return palette.isVisible();
    });
    const box = await palette.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(PHONE.width);
    await page.getByRole('combobox').fill('settings');
    await page.getByRole('option', { name: 'Go to the settings' }).click();
    await page.waitForURL('**/settings');
  } finally {
    await page.context().close();
  }
});
