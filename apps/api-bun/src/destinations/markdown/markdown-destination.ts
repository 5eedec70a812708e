import {
  access,
  constants,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DestilaError } from '@destila/contracts';
import { z } from 'zod';
import type { Destination, Note, PublishContext, Published } from '../destination.ts';
import { identityOf, renderFrontMatter, renderNote } from './front-matter.ts';
import { slugify } from './slug.ts';

/** Bytes of a file's name without its extension; every file system takes 255 with room for whatever is added. */
const MAX_NAME_BYTES = 100;
/** Bytes in which a file's front matter must end to be read as ours; the longest title, address and tags take a third of them. */
const HEAD_BYTES = 65_536;

/** What a file held by our hand, as hashes: `before` the last write, `after` it. A person's file holds something else. */
const stateSchema = z.object({
  step: z.enum(['writing', 'appending', 'written']),
  /** Characters at the beginning that are a person's. */
  from: z.number().int().nonnegative(),
  before: z.string().nullable(),
  after: z.string(),
});
type State = z.infer<typeof stateSchema>;

interface Former {
  name: string;
  title: unknown;
}

/**
 * Notes as Markdown files in one folder, named by their titles. A file knows its note by the `destila_id` in its front
 * matter, so it is found again when a person renamed it, and two notes of one title never share a file.
 */
export class MarkdownDestination implements Destination {
  readonly name = 'markdown';

  constructor(private readonly folder: string) {}

  async publish(note: Note, context: PublishContext): Promise<Published> {
    try {
      return await this.write(note, context);
    } catch (error) {
      throw isFileSystemError(error)
        ? new DestilaError('destination_unwritable', { detail: error.code, cause: error })
        : error;
    }
  }

  async examine(): Promise<void> {
    try {
      await access(await firstThatExists(this.folder), constants.W_OK);
    } catch (cause) {
      throw new DestilaError('destination_unwritable', { detail: String(cause), cause });
    }
  }

  private async write(note: Note, { kept, onConflict, keep, signal }: PublishContext): Promise<Published> {
    await mkdir(this.folder, { recursive: true });
    const former = await this.findFile(note.importKey, kept?.externalId ?? null);
    const current = former && (await readFile(join(this.folder, former.name), 'utf8'));
    const known = stateSchema.safeParse(kept?.state).data ?? null;
    const plan = planWrite(note, current, known, onConflict);
    signal.throwIfAborted();

    const { name, isNew } = await this.nameFor(note, former);
    const path = join(this.folder, name);
    try {
      await keep({ externalId: name, state: plan.state });
      if (plan.text !== null) await writeAtomically(path, plan.text);
    } catch (error) {
      // Where somebody else has taken over, the file is theirs.
      if (isNew && isFileSystemError(error)) await rm(path, { force: true });
      throw error;
    }
    if (former && former.name !== name) await this.removeFormer(former.name, name);
    return {
      externalId: name,
      location: path,
      state: { ...plan.state, step: 'written' } satisfies State,
      lookAgain: false,
    };
  }

  /** A name that a person gave the file stays until the title changes. */
  private async nameFor(note: Note, former: Former | null): Promise<{ name: string; isNew: boolean }> {
    return former?.title === note.title ? { name: former.name, isNew: false } : this.claimFile(note);
  }

  /** The note's file of an earlier call, whatever it is called by now. */
  private async findFile(importKey: string, previous: string | null): Promise<Former | null> {
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

/** What the file is to hold; no text where an earlier call wrote it already. @throws {DestilaError} `page_changed` */
function planWrite(
  note: Note,
  current: string | null,
  known: State | null,
  onConflict: PublishContext['onConflict'],
): { text: string | null; state: State } {
  const before = current === null ? null : hashOf(current);
  const isChanged = known !== null && before !== null && before !== known.before && before !== known.after;
  if (isChanged && onConflict === 'ask') throw new DestilaError('page_changed');
  if (current !== null && known?.step === 'appending' && before === known.after) return { text: null, state: known };

  const appends = current !== null && onConflict === 'append' && (isChanged || known?.step === 'appending');
  const from = appends ? current.trimEnd().length : isChanged ? 0 : (known?.from ?? 0);
  const text =
    current !== null && from > 0
      ? `${current.slice(0, from)}\n\n---\n\n${note.markdown.trimEnd()}\n`
      : renderNote(note);
  return { text, state: { step: appends ? 'appending' : 'writing', from, before, after: hashOf(text) } };
}

function hashOf(text: string): string {
  return new Bun.CryptoHasher('sha256').update(text).digest('hex');
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
