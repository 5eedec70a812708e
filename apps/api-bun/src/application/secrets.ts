import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { DestilaError } from '@destila/contracts';
import type { Queryable } from '../database/database.ts';
import {
  deleteUserSecret,
  listUserSecrets,
  readUserSecrets,
  type StoredSecret,
  writeUserSecret,
} from '../database/user-secrets.ts';

/** Keys that people enter in the settings, encrypted at rest. They are used, and never told again. */
export interface Secrets {
  /** Whether they can be kept: there is something to encrypt them with. */
  readonly canKeep: boolean;
  /** @throws {DestilaError} `secret_key_missing` */
  set(userId: string, name: string, value: string): Promise<void>;
  /** @throws {DestilaError} `secret_unreadable` when it was encrypted with another key */
  get(userId: string, name: string): Promise<string | null>;
  /** Those that there are, by name. @throws {DestilaError} `secret_unreadable` */
  getAll<Name extends string>(userId: string, names: readonly Name[]): Promise<Partial<Record<Name, string>>>;
  delete(userId: string, name: string): Promise<void>;
  /** What there is, without the values. */
  list(userId: string): Promise<StoredSecret[]>;
}

/** `secretKey` is what they are encrypted with; null where none can be kept. */
export function createSecrets(database: Queryable, secretKey: string | null): Secrets {
  const box = secretKey === null ? null : createBox(secretKey);
  const secrets: Secrets = {
    canKeep: box !== null,
    async set(userId, name, value) {
      if (!box) throw new DestilaError('secret_key_missing');
      await writeUserSecret(database, userId, name, box.seal(value, boundTo(userId, name)));
    },
    async get(userId, name) {
      return (await secrets.getAll(userId, [name]))[name] ?? null;
    },
    async getAll(userId, names) {
      const opened: Partial<Record<(typeof names)[number], string>> = {};
      for (const { name, ciphertext } of await readUserSecrets(database, userId, names)) {
        const known = names.find((one) => one === name);
        if (!box) throw new DestilaError('secret_key_missing');
        if (known !== undefined) opened[known] = box.open(ciphertext, boundTo(userId, name));
      }
      return opened;
    },
    delete: (userId, name) => deleteUserSecret(database, userId, name),
    list: (userId) => listUserSecrets(database, userId),
  };
  return secrets;
}

/** A row moved to another person, or under another name, does not open. */
function boundTo(userId: string, name: string): Buffer {
  return Buffer.from(`${userId}:${name}`);
}

/** Bytes: what NIST SP 800-38D recommends for a nonce of GCM, and the length of its tag. */
const NONCE = 12;
const TAG = 16;

/** AES-256-GCM. A sealed text is nonce, tag and ciphertext; `bound` is authenticated with it. */
function createBox(secretKey: string) {
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', 'destila user secrets', 32));
  return {
    seal(text: string, bound: Buffer): Buffer {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound);
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
    },
    /** @throws {DestilaError} `secret_unreadable` */
    open(sealed: Uint8Array, bound: Buffer): string {
      const [nonce, tag] = [sealed.subarray(0, NONCE), sealed.subarray(NONCE, NONCE + TAG)];
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
          .setAAD(bound)
          .setAuthTag(tag);
        return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new DestilaError('secret_unreadable', { cause });
      }
    },
  };
}
