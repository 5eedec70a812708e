import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackupNotFoundError, BackupUnreadableError, backUp, listBackups, restoreBackup } from './backup.ts';
import { migrate } from './migrate.ts';
import { openPglite } from './pglite.ts';

const OWNER = '00000000-0000-4000-8000-00000000000a';

let folder: string;
let dataFolder: string;
let backupFolder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'destila-backup-'));
  dataFolder = join(folder, 'database');
  backupFolder = join(folder, 'backups');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function categories(): Promise<string[]> {
  const database = await openPglite({ folder: dataFolder });
  try {
    const rows = await database.query<{ name: string }>('select name from categories order by name');
    return rows.map((row) => row.name);
  } finally {
    await database.close();
  }
}

test('a library comes back as it was at each backup, and what was there is moved aside', async () => {
  const database = await openPglite({ folder: dataFolder });
  await migrate(database);
  const add = (name: string) => database.query('insert into categories (user_id, name) values ($1, $2)', [OWNER, name]);
  await database.query('insert into auth.users (id) values ($1)', [OWNER]);
  await add('A');
  const physical = await backUp(database, backupFolder, 'scheduled');
  await add('B');
  const logical = await backUp(database, backupFolder, 'migration');
  await add('C');
  await database.close();

  const first = await restoreBackup({ dataFolder, backupFolder });
  expect(first.restored.name).toBe(logical.name);
  expect(await categories()).toEqual(['A', 'B']);

  await restoreBackup({ dataFolder, backupFolder, name: physical.name });
  expect(await categories()).toEqual(['A']);

  if (!first.movedTo) throw new Error('nothing was moved aside');
  dataFolder = first.movedTo;
  expect(await categories()).toEqual(['A', 'B', 'C']);
}, 60_000);

test('only the newest few of each reason are kept', async () => {
  const database = await openPglite();
  await migrate(database);
  const place = join(folder, 'rolling');
  const before = await backUp(database, place, 'migration', 2);
  const names: string[] = [];
  for (let made = 0; made < 3; made += 1) names.push((await backUp(database, place, 'shutdown', 2)).name);
  await database.close();
  expect((await listBackups(place)).map((backup) => backup.name)).toEqual([...names.slice(1).reverse(), before.name]);
}, 60_000);

test('a file that was not finished, or is something else, is never taken for a backup', async () => {
  const place = await mkdtemp(join(folder, 'strange-'));
  await writeFile(join(place, '2026-01-01T00-00-00.000Z.scheduled.tar.gz.partial'), 'half');
  await writeFile(join(place, 'notes.txt'), 'mine');
  expect(await listBackups(place)).toEqual([]);
  await expect(restoreBackup({ dataFolder: join(folder, 'x'), backupFolder: place })).rejects.toThrow(
    BackupNotFoundError,
  );
});

test('a backup that cannot be read leaves the database where it is', async () => {
  const place = await mkdtemp(join(folder, 'broken-'));
  await writeFile(join(place, '2026-01-01T00-00-00.000Z.scheduled.tar.gz'), 'not a dump');
  const present = await mkdtemp(join(folder, 'present-'));
  await writeFile(join(present, 'PG_VERSION'), '17');
  await expect(restoreBackup({ dataFolder: present, backupFolder: place })).rejects.toThrow(BackupUnreadableError);
  expect(await readdir(present)).toEqual(['PG_VERSION']);
  expect((await readdir(folder)).filter((name) => name.includes('restoring'))).toEqual([]);
});
