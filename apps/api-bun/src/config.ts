import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';

const MIB = 1024 ** 2;
const SIZE_UNITS: Record<string, number> = { '': 1, k: 1024, m: MIB, g: 1024 ** 3 };
const TIME_UNITS: Record<string, number> = { s: 1, m: 60, h: 3600 };

const text = z.string().trim().optional();
const absolute = (value: string) => resolve(value.replace(/^~(?=\/|$)/, homedir()));
const path = z.string().trim().transform(absolute).optional();
/** What has a slash or ends in `.bin` is a path. */
const nameOrPath = z
  .string()
  .trim()
  .transform((value) => (/[/\\]|\.bin$/.test(value) ? absolute(value) : value))
  .optional();
/** The address of a server, which has a default. */
const server = (fallback: string) =>
  z
    .string()
    .trim()
    .default(fallback)
    .pipe(z.url({ protocol: /^https?$/ }));
/** A program and its arguments; quotes hold a word together. There is no shell that would read it. */
const commandLine = z
  .string()
  .transform((line) => line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [])
  .transform((words) => words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2')))
  .optional();
const slots = (fallback: number) => z.coerce.number().int().min(0).max(64).default(fallback);

function flag(fallback: boolean) {
  return z
    .enum(['on', 'off', 'true', 'false', '1', '0'])
    .default(fallback ? 'on' : 'off')
    .transform((value) => ['on', 'true', '1'].includes(value));
}

/** Bytes, with an optional unit: `500M`, `4G`. */
const size = z
  .string()
  .regex(/^\d+\s*[kmg]?$/i, 'a number of bytes, such as 500M or 4G')
  .transform((value) => Number.parseInt(value, 10) * (SIZE_UNITS[value.replace(/[\d\s]/g, '').toLowerCase()] ?? 1));

function bytes(fallback: string) {
  return z.string().default(fallback).pipe(size);
}

/** Seconds, given as `12h`, `90m` or `45s`. */
function duration(fallback: string) {
  return z
    .string()
    .regex(/^\d+\s*[hms]$/i, 'a length of time, such as 12h or 90m')
    .default(fallback)
    .transform((value) => Number.parseInt(value, 10) * (TIME_UNITS[value.slice(-1).toLowerCase()] ?? 1));
}

export const environmentSchema = z.object({
  PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: text.pipe(z.url({ protocol: /^https?$/ }).optional()),
  ACCESS_TOKEN: text.pipe(z.string().min(12, 'at least 12 characters').optional()),
  DATA_DIR: path.default(resolve('data')),
  DATABASE_URL: text.pipe(z.url({ protocol: /^postgres(ql)?$/ }).optional()),
  SUPABASE_JWT_SECRET: text,
  SECRET_KEY: text.pipe(z.string().min(32, 'at least 32 characters').optional()),

  WORKER: flag(true),
  DOWNLOAD_SLOTS: slots(2),
  TRANSCRIBE_SLOTS: slots(1),
  SUMMARIZE_SLOTS: slots(2),

  UPLOAD_LIMIT: bytes('4G'),
  DURATION_LIMIT: duration('12h'),
  ALLOW_PRIVATE_NETWORK: flag(false),
  AUDIO_CACHE_LIMIT: bytes('5G'),
  AUDIO_CACHE_DAYS: z.coerce.number().int().min(1).max(365).default(7),
  YTDLP_PATH: path,
  YTDLP_UPDATE: flag(true),
  YTDLP_MIRROR: server('https://github.com/yt-dlp/yt-dlp/releases'),
  DOWNLOAD_PROXY: text.pipe(z.url({ protocol: /^(http|socks5h?)$/ }).optional()),
  YTDLP_COOKIES: path,
  YTDLP_RATE_LIMIT: size.optional(),
  YTDLP_IMPERSONATE: text,
  YTDLP_ARGS: commandLine,
  FFMPEG_PATH: path,
  FFPROBE_PATH: path,

  WHISPER_MODEL: nameOrPath,
  WHISPER_MIRROR: server('https://huggingface.co'),

  TRANSCRIBER: z.enum(['auto', 'whisper', 'openai', 'command', 'none']).default('auto'),
  SPEECH_BASE_URL: text.pipe(z.url({ protocol: /^https?$/ }).optional()),
  SPEECH_API_KEY: text,
  SPEECH_MODEL: z.string().trim().default('whisper-1'),
  TRANSCRIBE_COMMAND: commandLine,

  LLM: z.string().trim().default('auto'),
  LLM_BASE_URL: text.pipe(z.url({ protocol: /^https?$/ }).optional()),
  LLM_TIMEOUT: duration('10m'),
  LLM_PARALLEL: z.coerce.number().int().min(1).max(16).default(3),
  LLM_TOKEN_BUDGET: z.coerce.number().int().min(0).default(2_000_000),
  OPENAI_API_KEY: text,
  ANTHROPIC_API_KEY: text,
  GOOGLE_GENERATIVE_AI_API_KEY: text,

  EMBEDDINGS: z
    .string()
    .trim()
    .regex(/^(auto|off|offline|(openai|google|ollama|openai-compatible):\S.*)$/, 'auto, off, offline or provider:model')
    .default('auto'),
  EMBEDDINGS_BASE_URL: text.pipe(z.url({ protocol: /^https?$/ }).optional()),

  NOTES_DIR: path,
  NOTION_TOKEN: text,
  NOTION_DATA_SOURCE_ID: text,
  NOTION_BASE_URL: text.pipe(z.url({ protocol: /^https?$/ }).optional()),
  NOTION_TRANSCRIPT: flag(false),

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
