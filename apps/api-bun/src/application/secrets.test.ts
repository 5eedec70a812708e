import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addUser, DATABASES, freshDatabase } from '../../../../tests/databases.ts';
import type { Database } from '../database/database.ts';
import { openSecretKey } from '../database/secret-key.ts';
import { createSecrets } from './secrets.ts';

const KEY = 'a secret of thirty-two characters';

describe.each(DATABASES)('keys that people enter, on %s', (kind) => {
  let database: Database;
  let ana: string;
  let bea: string;
  beforeAll(async () => {
    database = await freshDatabase(kind);
    ana = await addUser(database);
    bea = await addUser(database);
  });
  afterAll(() => database.close());

  test('are kept, replaced, listed without their values, and forgotten', async () => {
    const secrets = createSecrets(database, KEY);
    await secrets.set(ana, 'llm.openai', 'sk-first');
    await secrets.set(ana, 'llm.openai', 'sk-ñandú');
    await secrets.set(ana, 'llm.google', 'g-key');
    expect(await secrets.get(ana, 'llm.openai')).toBe('sk-ñandú');
    expect(await secrets.getAll(ana, ['llm.openai', 'llm.google', 'llm.ollama'])).toEqual({
      'llm.openai': 'sk-ñandú',
      'llm.google': 'g-key',
    });
    expect(await secrets.list(ana)).toEqual([
      { name: 'llm.google', since: expect.any(String) },
      { name: 'llm.openai', since: expect.any(String) },
    ]);
    await secrets.delete(ana, 'llm.openai');
    expect(await secrets.get(ana, 'llm.openai')).toBeNull();
  });

  test('are one person’s', async () => {
    const secrets = createSecrets(database, KEY);
    await secrets.set(ana, 'notion', 'ntn_ana');
    expect(await secrets.get(bea, 'notion')).toBeNull();
    await secrets.delete(bea, 'notion');
    expect(await secrets.get(ana, 'notion')).toBe('ntn_ana');
  });

  test('are not to be read in the database, and never twice the same there', async () => {
    const secrets = createSecrets(database, KEY);
    const stored = async () => {
      await secrets.set(ana, 'llm.openai', 'sk-in-clear-nowhere');
      const [row] = await database.query<{ hex: string }>(
        "select encode(ciphertext, 'hex') as hex from user_secrets where user_id = $1 and name = 'llm.openai'",
        [ana],
      );
      return row?.hex ?? '';
    };
    const [first, second] = [await stored(), await stored()];
    expect(first).not.toBe(second);
    expect(Buffer.from(first, 'hex').toString('latin1')).not.toContain('clear');
  });

  test('do not open with another SECRET_KEY, under another name, for another person, or changed by a bit', async () => {
    const secrets = createSecrets(database, KEY);
    const unreadable = expect.objectContaining({ code: 'secret_unreadable' });
    await secrets.set(ana, 'llm.openai', 'sk-ana');
    await expect(createSecrets(database, KEY.toUpperCase()).get(ana, 'llm.openai')).rejects.toEqual(unreadable);
    const copy = `insert into user_secrets (user_id, name, ciphertext)
      select $1, $2, set_bit(ciphertext, $4, 1 - get_bit(ciphertext, $4)) from user_secrets where user_id = $3 and name = 'llm.openai'`;
    const move = `insert into user_secrets (user_id, name, ciphertext)
      select $1, $2, ciphertext from user_secrets where user_id = $3 and name = 'llm.openai'`;
    await database.query(move, [bea, 'llm.openai', ana]);
    await database.query(move, [ana, 'llm.stolen', ana]);
    await expect(secrets.get(bea, 'llm.openai')).rejects.toEqual(unreadable);
    await expect(secrets.get(ana, 'llm.stolen')).rejects.toEqual(unreadable);
    for (const bit of [0, 100, 250]) {
      await database.query(copy, [ana, `llm.bit${bit}`, ana, bit]);
      await expect(secrets.get(ana, `llm.bit${bit}`)).rejects.toEqual(unreadable);
    }
  });

  test('cannot be entered where there is nothing to encrypt them with', async () => {
    const secrets = createSecrets(database, null);
    expect(secrets.canKeep).toBe(false);
    await expect(secrets.set(ana, 'x', 'y')).rejects.toMatchObject({ code: 'secret_key_missing' });
    expect(await secrets.get(ana, 'never-entered')).toBeNull();
  });
});

describe('secret.key', () => {
  const folder = mkdtemp(join(tmpdir(), 'destila-secret-'));
  afterAll(async () => rm(await folder, { recursive: true, force: true }));

  test('is made once, for its owner’s eyes only, and is the same for all who come at once', async () => {
    const dataDir = join(await folder, 'data');
    const keys = await Promise.all(Array.from({ length: 8 }, () => openSecretKey(dataDir)));
    expect(new Set(keys).size).toBe(1);
    expect(Buffer.from(keys[0] ?? '', 'base64url')).toHaveLength(32);
    expect(await openSecretKey(dataDir)).toBe(keys[0] ?? '');
    expect((await stat(join(dataDir, 'secret.key'))).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDir)).toEqual(['secret.key']);
  });
});
