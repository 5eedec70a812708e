import { access, constants, lstat, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DestilaError } from '@destila/contracts';
import type { Destination, Note, PublishContext, Published } from '../destination.ts';
import { identityOf, renderFrontMatter, renderNote } from './front-matter.ts';
import { slugify } from './slug.ts';

/** Bytes of a file's name without its extension; every file system takes 255 with room for whatever is added. */
const MAX_NAME_BYTES = 100;
/** Bytes in which a file's front matter must end to be read as ours. */
const HEAD_BYTES = 16_384;

/**
 * Notes as Markdown files in one folder, named by their titles. A file knows its note by the `destila_id` in its front
 * matter, so it is found again when a person renamed it, and two notes of one title never share a file.
 */
export class MarkdownDestination implements Destination {
  readonly name = 'markdown';

  constructor(private readonly folder: string) {}

  async publish(note: Note, context: PublishContext): Promise<Published> {
    const file = await this.write(note, context).catch((error: unknown) => {
      throw isFileSystemError(error)
        ? new DestilaError('destination_unwritable', { detail: error.code, cause: error })
        : error;
    });
    await context.keepExternalId(file);
    return { externalId: file, location: join(this.folder, file) };
  }

  async examine(): Promise<void> {
    try {
      await access(await firstThatExists(this.folder), constants.W_OK);
    } catch (cause) {
      throw new DestilaError('destination_unwritable', { detail: String(cause), cause });
    }
  }

  private async write(note: Note, { previous, signal }: PublishContext): Promise<string> {
    await mkdir(this.folder, { recursive: true });
    const former = await this.findFile(note.importKey, previous);
    signal.throwIfAborted();
    // A name that a person gave the file stays until the title changes.
    const keepsName = former?.title === note.title;
    const { name, isNew } = keepsName ? { name: former.name, isNew: false } : await this.claimFile(note);
    const path = join(this.folder, name);
    try {
      await writeAtomically(path, renderNote(note));
    } catch (error) {
      if (isNew) await rm(path, { force: true });
      throw error;
    }
    if (former && former.name !== name) await this.removeFormer(former.name, name);
    return name;
  }

  /** The note's file of an earlier call, whatever it is called by now. */
  private async findFile(importKey: string, previous: string | null): Promise<{ name: string; title: unknown } | null> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith('.md'));
    const likelyFirst = previous !== null && names.includes(previous) ? [previous, ...names] : names;
    for (const name of likelyFirst) {
      const identity = await this.identify(name);
      if (identity?.importKey === importKey) return { name, title: identity.title };
    }
    return null;
  }

  /** Makes the file, or finds it made, under the first name that no other note has. */
  private async claimFile({ title, importKey }: Note): Promise<{ name: string; isNew: boolean }> {
    const stub = renderFrontMatter({ destila_id: importKey });
    for (const suffix of ['', `-${importKey.slice(0, 8)}`, `-${importKey}`]) {
      const file = `${slugify(title, MAX_NAME_BYTES - suffix.length)}${suffix}.md`;
      try {
        // Exclusive, and with the id in it from the start: two notes saved at once cannot both take it.
        await writeFile(join(this.folder, file), stub, { flag: 'wx' });
        return { name: file, isNew: true };
      } catch (error) {
        if (!isFileSystemError(error) || error.code !== 'EEXIST') throw error;
        if ((await this.identify(file))?.importKey === importKey) return { name: file, isNew: false };
      }
    }
    throw new DestilaError('destination_unwritable', { detail: `every name for ${importKey} is taken` });
  }

  private async identify(name: string): Promise<ReturnType<typeof identityOf>> {
    const path = join(this.folder, name);
    if (!(await lstat(path)).isFile()) return null;
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return identityOf(buffer.toString('utf8', 0, bytesRead));
    } finally {
      await file.close();
    }
  }

  /** On a file system that folds case, both names can be one file. */
  private async removeFormer(former: string, file: string): Promise<void> {
    const [a, b] = await Promise.all([lstat(join(this.folder, former)), lstat(join(this.folder, file))]);
    if (a.ino !== b.ino) await rm(join(this.folder, former));
  }
}

/** The folder itself, or the one above in which it will be made. @throws what `stat` throws, but for what is not there */
async function firstThatExists(folder: string): Promise<string> {
  try {
    if ((await stat(folder)).isDirectory()) return folder;
    throw new Error(`${folder} is a file`);
  } catch (error) {
    if (!isFileSystemError(error) || error.code !== 'ENOENT') throw error;
    return firstThatExists(dirname(folder));
  }
}

async function writeAtomically(path: string, text: string): Promise<void> {
  const partial = `${path}.${crypto.randomUUID()}.partial`;
  try {
    const file = await open(partial, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

function isFileSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}
