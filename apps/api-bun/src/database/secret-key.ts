import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The text that people's keys are encrypted with, kept in `dataDir/secret.key` for its owner's eyes only. Made the first time;
 * of two processes that make it at once both get the same.
 */
export async function openSecretKey(dataDir: string): Promise<string> {
  const path = join(dataDir, 'secret.key');
  const present = await read(path);
  if (present) return present;

  await mkdir(dataDir, { recursive: true });
  const unfinished = `${path}.${crypto.randomUUID()}`;
  try {
    await writeFile(unfinished, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flush: true });
    // Unlike a rename, a link takes nobody's place: the first to come stays.
    await link(unfinished, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(unfinished, { force: true });
  }
  return (await read(path)) ?? Promise.reject(new Error(`${path} is empty`));
}

/** A copied folder may have lost the file's mode. */
async function read(path: string): Promise<string | null> {
  try {
    const key = (await readFile(path, 'utf8')).trim();
    await chmod(path, 0o600);
    return key || null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
