import { access, constants, statfs } from 'node:fs/promises';
import type { Settings } from '@destila/contracts';
import type { Database } from '../database/database.ts';
import type { Media } from '../media/media.ts';
import type { Check } from './examine.ts';

/** Bytes of free space below which a long video may not fit. */
const LITTLE_SPACE = 2 * 1024 ** 3;

/** What this installation depends on. */
export function createChecks({
  database,
  media,
  installation,
}: {
  database: Database;
  media: Media;
  installation: Installation;
}): Record<string, Check> {
  return {
    database: () => checkDatabase(database),
    ffmpeg: () => checkProgram(media.programs.ffmpeg, 'broken', 'Install ffmpeg, or set FFMPEG_PATH.'),
    ffprobe: () =>
      checkProgram(media.programs.ffprobe, 'broken', 'Install ffmpeg, which brings ffprobe, or set FFPROBE_PATH.'),
    'yt-dlp': () =>
      checkProgram(media.programs.ytdlp, 'warning', 'Install yt-dlp, or set YTDLP_PATH, for YouTube and other sites.'),
    transcription: () => checkTranscription(installation.transcriber),
    summary: () => checkSummary(installation.summarizer),
    'disk space': () => checkDisk(media.dataDir),
    destination: () => checkDestination(installation),
  };
}

type Installation = Pick<Settings, 'destination' | 'notes_dir' | 'summarizer' | 'transcriber'>;
type Finding = Awaited<ReturnType<Check>>;

async function checkDatabase(database: Database): Promise<Finding> {
  const [row] = await database.query<{ server_version: string }>('show server_version');
  const kind = database.kind === 'pglite' ? 'embedded' : 'server';
  return { status: 'ok', detail: `PostgreSQL ${row?.server_version} (${kind})`, remedy: null };
}

async function checkProgram(
  program: { path: string; version: string | null } | null,
  otherwise: 'warning' | 'broken',
  remedy: string,
): Promise<Finding> {
  if (!program) return { status: otherwise, detail: 'not found', remedy };
  return { status: 'ok', detail: `${program.version ?? ''} ${program.path}`.trim(), remedy: null };
}

async function checkTranscription(model: string | null): Promise<Finding> {
  if (model) {
    await access(model, constants.R_OK);
    return { status: 'ok', detail: `captions, else Whisper (${model})`, remedy: null };
  }
  const remedy = 'Download a Whisper model (ggml) and set WHISPER_MODEL to its path.';
  return { status: 'warning', detail: 'only videos with captions can be read', remedy };
}

async function checkSummary(summarizer: string): Promise<Finding> {
  if (summarizer !== 'extractive') return { status: 'ok', detail: summarizer, remedy: null };
  const remedy = 'Set LLM, or the key of a provider, for summaries written by a language model.';
  return { status: 'warning', detail: 'summaries are made of the video’s own sentences', remedy };
}

async function checkDisk(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free in ${folder}`;
  if (free < LITTLE_SPACE)
    return { status: 'warning', detail, remedy: 'Free some space, or set DATA_DIR to a larger disk.' };
  return { status: 'ok', detail, remedy: null };
}

async function checkDestination({ destination, notes_dir }: Installation): Promise<Finding> {
  if (notes_dir === null) return { status: 'ok', detail: destination, remedy: null };
  const detail = `Markdown files in ${notes_dir}`;
  const writable = await access(notes_dir, constants.W_OK).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
  if (!writable)
    return { status: 'broken', detail, remedy: 'The folder cannot be written to: change its rights, or NOTES_DIR.' };
  return { status: 'ok', detail, remedy: null };
}
