import type { Queryable } from './database.ts';

// No person's role reads this table: these statements are the server's own, and name whose row they mean.

export interface StoredSecret {
  name: string;
  /** When it was entered, ISO 8601. */
  since: string;
}

export async function writeUserSecret(
  db: Queryable,
  userId: string,
  name: string,
  ciphertext: Uint8Array,
): Promise<void> {
  await db.query(
    `insert into user_secrets (user_id, name, ciphertext) values ($1, $2, $3)
     on conflict (user_id, name) do update set ciphertext = excluded.ciphertext, created_at = clock_timestamp()`,
    [userId, name, ciphertext],
  );
}

export async function readUserSecrets(
  db: Queryable,
  userId: string,
  names: readonly string[],
): Promise<{ name: string; ciphertext: Uint8Array }[]> {
  return db.query('select name, ciphertext from user_secrets where user_id = $1 and name = any($2)', [userId, names]);
}

export async function listUserSecrets(db: Queryable, userId: string): Promise<StoredSecret[]> {
  return db.query('select name, created_at as since from user_secrets where user_id = $1 order by name', [userId]);
}

export async function deleteUserSecret(db: Queryable, userId: string, name: string): Promise<void> {
  await db.query('delete from user_secrets where user_id = $1 and name = $2', [userId, name]);
}
