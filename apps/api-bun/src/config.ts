import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';

const MIB = 1024 ** 2;
const SIZE_UNITS: Record<string, number> = { '': 1, k: 1024, m: MIB, g: 1024 ** 3 };

const text = z.string().trim().optional();
const path = z
  .string()
  .trim()
  .transform((value) => resolve(value.replace(/^~(?=\/|$)/, homedir())))
  .optional();
const slots = (fallback: number) => z.coerce.number().int().min(0).max(64).default(fallback);

function flag(fallback: boolean) {
  return z
    .enum(['on', 'off', 'true', 'false', '1', '0'])
    .default(fallback ? 'on' : 'off')
    .transform((value) => ['on', 'true', '1'].includes(value));
}

/** Bytes, with an optional unit: `500M`, `4G`. */
function bytes(fallback: string) {
  return z
    .string()
    .regex(/^\d+\s*[kmg]?$/i, 'a number of bytes, such as 500M or 4G')
    .default(fallback)
    .transform((value) => Number.parseInt(value, 10) * (SIZE_UNITS[value.replace(/[\d\s]/g, '').toLowerCase()] ?? 1));
}

export const environmentSchema = z.object({
  PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: text.pipe(z.url({ protocol: /^https?$/ }).optional()),
  ACCESS_TOKEN: text.pipe(z.string().min(12, 'at least 12 characters').optional()),
  DATA_DIR: path.default(resolve('data')),
  DATABASE_URL: text.pipe(z.url({ protocol: /^postgres(ql)?$/ }).optional()),
  SUPABASE_JWT_SECRET: text,

  WORKER: flag(true),
  DOWNLOAD_SLOTS: slots(2),
  TRANSCRIBE_SLOTS: slots(1),
  SUMMARIZE_SLOTS: slots(2),

  UPLOAD_LIMIT: bytes('4G'),
  ALLOW_PRIVATE_NETWORK: flag(false),
  YTDLP_PATH: path,
  YTDLP_COOKIES: path,
  YTDLP_ARGS: text,
  FFMPEG_PATH: path,
  FFPROBE_PATH: path,

  WHISPER_MODEL: path,

  LLM: z.string().trim().default('auto'),
  LLM_BASE_URL: text.pipe(z.url({ protocol: /^https?$/ }).optional()),
  OPENAI_API_KEY: text,
  ANTHROPIC_API_KEY: text,
  GOOGLE_GENERATIVE_AI_API_KEY: text,

  NOTES_DIR: path,
  NOTION_TOKEN: text,
  NOTION_DATA_SOURCE_ID: text,
  NOTION_BASE_URL: text.pipe(z.url({ protocol: /^https?$/ }).optional()),

  /** The person's language, for the terminal. */
  LANG: text,
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** What makes no sense one by one: half of a connection to Notion would silently write files. */
const configSchema = environmentSchema.superRefine((config, context) => {
  if ((config.NOTION_TOKEN === undefined) === (config.NOTION_DATA_SOURCE_ID === undefined)) return;
  const missing = config.NOTION_TOKEN ? 'NOTION_DATA_SOURCE_ID' : 'NOTION_TOKEN';
  context.addIssue({ code: 'custom', path: [missing], message: 'needed too, for notes to go to Notion' });
});

/** The settings of one process, frozen at start. Keys are the environment's own names. */
export type Config = Readonly<z.infer<typeof environmentSchema>>;

/** The environment is wrong in a way that only the operator can mend; `problems` has a line for each variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/** Parses the environment once; a blank variable is an absent one. @throws {ConfigError} naming every variable that is wrong. */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const given = Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== '');
  const parsed = configSchema.safeParse(Object.fromEntries(given));
  if (parsed.success) return Object.freeze(parsed.data);
  throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
}

const PROGRAM_VARIABLES =
  /^(PATH|HOME|USER|LANG|LC_.*|TZ|TMPDIR|TEMP|TMP|LD_LIBRARY_PATH|DYLD_.*|PYENV_.*|SSL_CERT_.*|SYSTEMROOT|PATHEXT|APPDATA|LOCALAPPDATA|USERPROFILE)$/i;

/** What the programs we start (ffmpeg, yt-dlp) are given of the environment: no keys, and no proxies but the one we name. */
export function programEnvironment(environment: Record<string, string | undefined> = process.env) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => PROGRAM_VARIABLES.test(name)));
}
