import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DestilaError } from '@destila/contracts';
import { parseDocument } from 'yaml';
import type { Kept, Note, PublishContext } from '../destination.ts';
import { MarkdownDestination } from './markdown-destination.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'destila-notes-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const PAN: Note = {
  importKey: '11111111-1111-4111-8111-111111111111',
  title: 'Pan: "fácil" # y rápido',
  url: 'https://example.org/pan?a=1&b=2',
  isEmbeddable: false,
  coverUrl: null,
  thumbnail: async () => null,
  transcript: [],
  markdown: '## Ingredientes\n\n- Harina\n',
  category: { name: 'Cocina: básica', color: 'orange' },
  tags: ['pan casero', 'harina'],
  channel: null,
  published: '2026-02-03',
  durationSeconds: 754,
  language: 'es',
  savedAt: new Date('2026-03-04T05:06:07Z'),
};

function save(note: Note, kept: Kept | null = null, context: Partial<PublishContext> = {}, vault = folder) {
  const { signal } = new AbortController();
  const call = { kept, repeated: false, onConflict: 'ask' as const, keep: async () => {}, confirm: () => {}, signal };
  return new MarkdownDestination(vault).publish(note, { ...call, ...context });
}

function read(file: string): Promise<string> {
  return readFile(join(folder, file), 'utf8');
}

test('a note is a Markdown file with front matter that any YAML reader understands', async () => {
  const { externalId, location } = await save(PAN);
  expect(externalId).toBe('pan-fácil-y-rápido.md');
  expect(location).toBe(join(folder, externalId));
  const [, yaml = '', body] = /^---\n([\s\S]*?)---\n([\s\S]*)$/.exec(await read(externalId)) ?? [];
  expect(parseDocument(yaml).toJS()).toEqual({
    title: PAN.title,
    url: PAN.url,
    category: 'Cocina: básica',
    tags: ['pan-casero', 'harina'],
    language: 'es',
    duration: '12:34',
    published: '2026-02-03',
    saved: '2026-03-04T05:06:07.000Z',
    destila_id: PAN.importKey,
  });
  expect(body).toBe('\n## Ingredientes\n\n- Harina\n');
});

test('saving again overwrites the same file', async () => {
  const first = await save(PAN);
  const second = await save({ ...PAN, markdown: 'Otro texto' }, first);
  expect(second.externalId).toBe(first.externalId);
  expect(await readdir(folder)).toEqual([first.externalId]);
  expect(await read(first.externalId)).toEndWith('\nOtro texto\n');
});

test('a save whose answer was lost finds its file again without being told its name', async () => {
  await save(PAN);
  await save({ ...PAN, title: 'Otro título' });
  expect(await readdir(folder)).toEqual(['otro-título.md']);
});

test('a file is found again although its front matter is as long as it can be', async () => {
  const note = {
    ...PAN,
    title: '日'.repeat(500),
    channel: '日'.repeat(1_000),
    url: `https://example.org/${'x'.repeat(4_000)}`,
    tags: Array.from({ length: 50 }, (_, n) => `${n}${'日'.repeat(58)}`),
  };
  await save(note);
  await save({ ...note, markdown: 'Otro texto' });
  expect(await readdir(folder)).toHaveLength(1);
});

test('a new title renames the file', async () => {
  await save({ ...PAN, title: 'Pan 2' }, await save(PAN));
  expect(await readdir(folder)).toEqual(['pan-2.md']);
});

test('a file that the person changed is left alone until they say what becomes of it', async () => {
  const first = await save(PAN);
  const path = join(folder, first.externalId);
  await writeFile(path, `${await readFile(path, 'utf8')}\nMío\n`);
  const again = { ...PAN, markdown: 'Otro texto' };
  await expect(save(again, first)).rejects.toMatchObject({ code: 'page_changed' });

  const second = await save(again, first, { onConflict: 'append' });
  expect(await read(second.externalId)).toEndWith('- Harina\n\nMío\n\n---\n\nOtro texto\n');
  const third = await save({ ...PAN, markdown: 'Y otro' }, second);
  expect(await read(third.externalId)).toEndWith('- Harina\n\nMío\n\n---\n\nY otro\n');
  await writeFile(path, `${await readFile(path, 'utf8')}\nMío\n`);
  await save(again, third, { onConflict: 'overwrite' });
  expect(await read(first.externalId)).not.toContain('Mío');
});

test('an addition that was cut off before it was recorded is there once', async () => {
  const first = await save(PAN);
  await writeFile(join(folder, first.externalId), `${await read(first.externalId)}\nMío\n`);
  let kept: Kept | null = null;
  const keep = async (now: Kept) => {
    kept = now;
  };
  await save({ ...PAN, markdown: 'Otro texto' }, first, { onConflict: 'append', keep });
  await save({ ...PAN, markdown: 'Otro texto' }, kept, { onConflict: 'append', repeated: true });
  expect((await read(first.externalId)).match(/Otro texto/g)).toHaveLength(1);
});

test('a name that the person gave the file is kept', async () => {
  const first = await save(PAN);
  await rename(join(folder, first.externalId), join(folder, 'Mi pan.md'));
  const second = await save({ ...PAN, markdown: 'Otro texto' }, first);
  const third = await save({ ...PAN, markdown: 'Y otro' }, second);
  expect(third.externalId).toBe('Mi pan.md');
  expect(await readdir(folder)).toEqual(['Mi pan.md']);
});

test('notes of one title never share a file, even when saved at the same moment', async () => {
  const notes = ['2', '3', '4', '5'].map((digit) => ({ ...PAN, importKey: PAN.importKey.replaceAll('1', digit) }));
  const saved = await Promise.all(notes.map((note) => save(note)));
  expect(new Set(saved.map((one) => one.externalId)).size).toBe(4);
  expect(await readdir(folder)).toHaveLength(4);
  for (const [index, { externalId }] of saved.entries()) {
    expect(await read(externalId)).toContain(`destila_id: ${notes[index]?.importKey}`);
  }
});

test("a file of the person's own is never overwritten", async () => {
  await writeFile(join(folder, 'pan.md'), '---\n: not [yaml\n---\nMío');
  const { externalId } = await save({ ...PAN, title: 'Pan' });
  expect(externalId).toBe('pan-11111111.md');
  expect(await read('pan.md')).toEndWith('Mío');
});

test.each(['../../outside', 'a/../../b', '/etc/passwd', 'x\0y', 'CON', '..', '', 'ñ'.repeat(500)])(
  'a title like %j stays a file inside the folder',
  async (title) => {
    const vault = join(folder, 'vault');
    const published = await save({ ...PAN, title }, { externalId: '../../outside.md', state: null }, {}, vault);
    expect(await readdir(folder)).toEqual(['vault']);
    expect(await readdir(vault)).toEqual([published.externalId]);
  },
);

test('a link that lies in the folder is not followed out of it', async () => {
  const outside = join(folder, 'outside.md');
  const vault = join(folder, 'vault');
  await mkdir(vault);
  await writeFile(outside, 'mine');
  await symlink(outside, join(vault, 'pan.md'));
  await save({ ...PAN, title: 'Pan' }, { externalId: 'pan.md', state: null }, {}, vault);
  expect(await readFile(outside, 'utf8')).toBe('mine');
});

test('a folder that cannot be written says so with its code', async () => {
  const notes = join(folder, 'a-file');
  await writeFile(notes, '');
  const error = await save(PAN, null, {}, notes).catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(DestilaError);
  expect(error).toMatchObject({ code: 'destination_unwritable', detail: 'EEXIST' });
});
