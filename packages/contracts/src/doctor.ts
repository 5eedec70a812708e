import { z } from 'zod';
import { ERRORS, type ErrorCode } from './errors.ts';

export type DoctorLanguage = 'es' | 'en';

/** What the doctor looks at, by its name for people. */
export const CHECKS = {
  database: { es: 'Base de datos', en: 'Database' },
  disk: { es: 'Espacio en disco', en: 'Disk space' },
  ytdlp: { es: 'yt-dlp', en: 'yt-dlp' },
  javascript: { es: 'JavaScript para yt-dlp', en: 'JavaScript for yt-dlp' },
  cookies: { es: 'Cookies para yt-dlp', en: 'Cookies for yt-dlp' },
  impersonation: { es: 'Navegador que imita yt-dlp', en: 'Browser that yt-dlp passes for' },
  ffmpeg: { es: 'ffmpeg', en: 'ffmpeg' },
  ffprobe: { es: 'ffprobe', en: 'ffprobe' },
  speech_model: { es: 'Modelo de voz', en: 'Speech model' },
  speech_server: { es: 'Servidor de voz', en: 'Speech server' },
  speech_command: { es: 'Programa de voz', en: 'Speech program' },
  language_model: { es: 'Modelo de lenguaje', en: 'Language model' },
  notes: { es: 'Carpeta de notas', en: 'Notes folder' },
  notion: { es: 'Notion', en: 'Notion' },
} as const satisfies Record<string, Record<DoctorLanguage, string>>;
export type CheckName = keyof typeof CHECKS;

type Words = readonly [detail: string, remedy: string | null];
interface FindingDefinition {
  status: 'ok' | 'warning' | 'broken';
  /** What is so, and what mends it. `{name}` stands for a fact. */
  es: Words;
  en: Words;
}

/** Everything the doctor can find; besides, a check may end with any error of `ERRORS`. Codes are stable. */
export const FINDINGS = {
  check_failed: {
    status: 'broken',
    es: ['La comprobación falló: {reason}', 'Vuelve a comprobarlo; el registro puede decir más.'],
    en: ['The check failed: {reason}', 'Check again; the log may say more.'],
  },
  check_timed_out: {
    status: 'broken',
    es: ['No respondió en {seconds} s.', 'Vuelve a comprobarlo; si se repite, mira si el equipo o la red van lentos.'],
    en: ['No answer within {seconds} s.', 'Check again; if it stays so, see whether the machine or network is slow.'],
  },

  database_embedded: {
    status: 'ok',
    es: ['PostgreSQL {version}, dentro de Destila.', null],
    en: ['PostgreSQL {version}, inside Destila.', null],
  },
  database_server: {
    status: 'ok',
    es: ['PostgreSQL {version}, en un servidor.', null],
    en: ['PostgreSQL {version}, on a server.', null],
  },
  database_away: {
    status: 'broken',
    es: ['La base de datos no responde: {reason}', 'Comprueba DATABASE_URL y que el servidor esté en marcha.'],
    en: ['The database does not answer: {reason}', 'Check DATABASE_URL, and that the server is running.'],
  },
  disk_enough: {
    status: 'ok',
    es: ['Quedan {free} GB libres en {folder}.', null],
    en: ['{free} GB are free in {folder}.', null],
  },
  disk_low: {
    status: 'warning',
    es: ['Solo quedan {free} GB libres en {folder}.', 'Libera espacio, o lleva DATA_DIR a un disco más grande.'],
    en: ['Only {free} GB are free in {folder}.', 'Free some space, or move DATA_DIR to a larger disk.'],
  },

  ytdlp_fresh: { status: 'ok', es: ['{version} · {path}', null], en: ['{version} · {path}', null] },
  ytdlp_managed: {
    status: 'ok',
    es: ['{version}; Destila lo mantiene al día (comprobado el {checked}).', null],
    en: ['{version}; Destila keeps it up to date (checked on {checked}).', null],
  },
  ytdlp_on_demand: {
    status: 'ok',
    es: ['Se descargará la primera vez que un vídeo lo necesite.', null],
    en: ['It will be downloaded the first time a video needs it.', null],
  },
  ytdlp_old: {
    status: 'warning',
    es: [
      '{version}, de hace {days} días · {path}',
      'Actualízalo: los sitios cambian y las versiones viejas dejan de entenderlos. Destila mantiene uno propio si quitas este del PATH y de YTDLP_PATH.',
    ],
    en: [
      '{version}, {days} days old · {path}',
      'Update it: sites change, and old versions stop understanding them. Destila keeps one of its own if you take this one off PATH and YTDLP_PATH.',
    ],
  },
  ytdlp_stale: {
    status: 'warning',
    es: [
      '{version}, de hace {days} días; no se pudo actualizar.',
      'Comprueba la conexión con GitHub, YTDLP_MIRROR y que YTDLP_UPDATE no esté apagado.',
    ],
    en: [
      '{version}, {days} days old; it could not be updated.',
      'Check the connection to GitHub, YTDLP_MIRROR, and that YTDLP_UPDATE is not off.',
    ],
  },
  ytdlp_unusable: {
    status: 'broken',
    es: ['No se puede ejecutar {path}.', 'Corrige YTDLP_PATH.'],
    en: ['{path} cannot be run.', 'Correct YTDLP_PATH.'],
  },
  javascript_ready: {
    status: 'ok',
    es: ['Bun {version}, el mismo que ejecuta Destila.', null],
    en: ['Bun {version}, the one that runs Destila.', null],
  },
  javascript_unused: {
    status: 'warning',
    es: ['yt-dlp {ytdlp} todavía no sabe usarlo.', 'Actualiza yt-dlp: sin JavaScript, YouTube le da menos formatos.'],
    en: [
      'yt-dlp {ytdlp} does not know how to use it yet.',
      'Update yt-dlp: without JavaScript, YouTube gives it fewer formats.',
    ],
  },
  cookies_unset: {
    status: 'ok',
    es: ['Sin configurar: solo hacen falta para vídeos que piden sesión.', null],
    en: ['Not set: only videos that want a sign-in need them.', null],
  },
  cookies_valid: {
    status: 'ok',
    es: ['{path}, con {count} en vigor.', null],
    en: ['{path}, with {count} valid.', null],
  },
  cookies_unreadable: {
    status: 'broken',
    es: ['No se puede leer {path}.', 'Comprueba que el archivo exista y sus permisos, o cambia YTDLP_COOKIES.'],
    en: ['{path} cannot be read.', 'Check that the file exists, and its rights, or change YTDLP_COOKIES.'],
  },
  cookies_malformed: {
    status: 'broken',
    es: ['{path} no es un cookies.txt.', 'Expórtalas del navegador en el formato de Netscape (cookies.txt).'],
    en: ['{path} is no cookies.txt.', 'Export them from the browser in Netscape’s format (cookies.txt).'],
  },
  cookies_expired: {
    status: 'warning',
    es: ['Las de {path} han caducado.', 'Expórtalas otra vez del navegador, con la sesión iniciada.'],
    en: ['Those of {path} have expired.', 'Export them from the browser again, while signed in.'],
  },
  impersonation_used: { status: 'ok', es: ['{browser}', null], en: ['{browser}', null] },
  impersonation_unused: {
    status: 'warning',
    es: ['yt-dlp {ytdlp} no sabe imitar a {browser}.', 'Actualiza yt-dlp, o quita YTDLP_IMPERSONATE.'],
    en: ['yt-dlp {ytdlp} cannot pass for {browser}.', 'Update yt-dlp, or unset YTDLP_IMPERSONATE.'],
  },
  program_found: { status: 'ok', es: ['{version} · {path}', null], en: ['{version} · {path}', null] },
  ffmpeg_absent: {
    status: 'broken',
    es: ['No está.', 'Instala ffmpeg o indica su ruta en FFMPEG_PATH.'],
    en: ['It is not there.', 'Install ffmpeg, or set FFMPEG_PATH.'],
  },
  ffprobe_absent: {
    status: 'broken',
    es: ['No está.', 'Instala ffmpeg, que trae ffprobe, o indica su ruta en FFPROBE_PATH.'],
    en: ['It is not there.', 'Install ffmpeg, which brings ffprobe, or set FFPROBE_PATH.'],
  },

  speech_model_ready: {
    status: 'ok',
    es: ['{model} · {path}', null],
    en: ['{model} · {path}', null],
  },
  speech_model_on_demand: {
    status: 'ok',
    es: ['{model}: se descargarán {megabytes} MB la primera vez que un vídeo no traiga subtítulos.', null],
    en: ['{model}: {megabytes} MB will be downloaded the first time a video has no captions.', null],
  },
  speech_model_unused: {
    status: 'ok',
    es: ['No hace falta: de la voz se encarga {transcriber}.', null],
    en: ['Not needed: {transcriber} hears the words.', null],
  },
  speech_model_unreadable: {
    status: 'broken',
    es: ['No se puede leer {path}.', 'Corrige WHISPER_MODEL: el nombre de un modelo, o la ruta de un archivo ggml.'],
    en: ['{path} cannot be read.', 'Correct WHISPER_MODEL: the name of a model, or the path of a ggml file.'],
  },
  captions_only: {
    status: 'warning',
    es: ['Solo se leen vídeos con subtítulos.', 'Quita TRANSCRIBER=none para reconocer también la voz.'],
    en: ['Only videos with captions are read.', 'Unset TRANSCRIBER=none to recognise speech too.'],
  },
  speech_server_unused: {
    status: 'ok',
    es: ['Sin configurar: no hace falta.', null],
    en: ['Not set: none is needed.', null],
  },
  speech_server_answers: {
    status: 'ok',
    es: ['{host} responde ({model}).', null],
    en: ['{host} answers ({model}).', null],
  },
  speech_server_lacks_model: {
    status: 'warning',
    es: [
      '{host} responde, pero no anuncia el modelo {model}.',
      'Comprueba SPEECH_MODEL, o instala ese modelo en el servidor.',
    ],
    en: ['{host} answers, but lists no model {model}.', 'Check SPEECH_MODEL, or install that model on the server.'],
  },
  speech_server_refuses: {
    status: 'broken',
    es: ['{host} rechaza la clave.', 'Corrige SPEECH_API_KEY.'],
    en: ['{host} refuses the key.', 'Correct SPEECH_API_KEY.'],
  },
  speech_server_away: {
    status: 'broken',
    es: ['{host} no responde bien: {reason}', 'Arranca el servidor, o corrige SPEECH_BASE_URL.'],
    en: ['{host} does not answer well: {reason}', 'Start the server, or correct SPEECH_BASE_URL.'],
  },
  speech_command_found: { status: 'ok', es: ['{path}', null], en: ['{path}', null] },
  speech_command_absent: {
    status: 'broken',
    es: ['No existe el programa {program}.', 'Instálalo, o corrige TRANSCRIBE_COMMAND.'],
    en: ['There is no program {program}.', 'Install it, or correct TRANSCRIBE_COMMAND.'],
  },

  language_model_unset: {
    status: 'warning',
    es: [
      'Sin configurar: los resúmenes se hacen con frases del propio vídeo.',
      'Para que los escriba un modelo de lenguaje, elígelo en Ajustes, o indica LLM o la clave de un proveedor.',
    ],
    en: [
      'Not set: summaries are made of the video’s own sentences.',
      'To have them written by a language model, choose one in the settings, or set LLM or the key of a provider.',
    ],
  },
  language_model_answers: { status: 'ok', es: ['{model} responde.', null], en: ['{model} answers.', null] },
  language_model_unknown: {
    status: 'broken',
    es: ['{host} no tiene el modelo {model}.', 'Corrige LLM; con Ollama, descárgalo antes con «ollama pull».'],
    en: ['{host} has no model {model}.', 'Correct LLM; with Ollama, fetch it first with “ollama pull”.'],
  },
  language_model_refuses: {
    status: 'broken',
    es: ['{host} rechaza la clave.', 'Revisa la clave del proveedor en la configuración.'],
    en: ['{host} refuses the key.', 'Check the provider’s key in the configuration.'],
  },
  language_model_away: {
    status: 'broken',
    es: ['{host} no responde bien: {reason}', 'Comprueba la conexión, LLM_BASE_URL y que el servidor esté en marcha.'],
    en: [
      '{host} does not answer well: {reason}',
      'Check the connection, LLM_BASE_URL, and that the server is running.',
    ],
  },

  notes_writable: {
    status: 'ok',
    es: ['Archivos Markdown en {folder}.', null],
    en: ['Markdown files in {folder}.', null],
  },
  notes_unwritable: {
    status: 'broken',
    es: ['No se puede escribir en {folder}.', 'Cambia los permisos de la carpeta, o NOTES_DIR.'],
    en: ['{folder} cannot be written to.', 'Change the rights of the folder, or NOTES_DIR.'],
  },
  notion_unset: {
    status: 'ok',
    es: ['Sin configurar: las notas se guardan como archivos.', null],
    en: ['Not set: notes are saved as files.', null],
  },
  notion_accepts: {
    status: 'ok',
    es: ['Notion acepta la clave y encuentra la base de datos.', null],
    en: ['Notion accepts the token and finds the database.', null],
  },
} as const satisfies Record<string, FindingDefinition>;
export type FindingCode = keyof typeof FINDINGS;

/** The names between braces of a sentence. */
type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
export type Facts<Code extends FindingCode> = Record<NamesIn<(typeof FINDINGS)[Code]['es' | 'en'][number]>, Fact>;
type Fact = string | number | Date;

/** What a check came to, before it is put into words. */
export interface Finding {
  code: FindingCode | ErrorCode;
  facts: Record<string, Fact>;
}

export function finding<Code extends FindingCode>(code: Code, facts: Facts<Code>): Finding {
  return { code, facts };
}

export const doctorCheckSchema = z.object({
  name: z.string(),
  /** The name for people. */
  title: z.string(),
  status: z.enum(['ok', 'warning', 'broken']),
  /** Stable; what was found. */
  code: z.string(),
  detail: z.string(),
  /** What mends it; null when nothing is wrong. */
  remedy: z.string().nullable(),
});
export type DoctorCheck = z.infer<typeof doctorCheckSchema>;

export const doctorReportSchema = z.object({ checks: z.array(doctorCheckSchema) });
export type DoctorReport = z.infer<typeof doctorReportSchema>;

/** Puts a finding into words. An error of `ERRORS` is `broken`, and is told as ever. */
export function tellFinding(name: CheckName, { code, facts }: Finding, language: DoctorLanguage): DoctorCheck {
  const definition: FindingDefinition = isFindingCode(code) ? FINDINGS[code] : { ...ERRORS[code], status: 'broken' };
  const [detail, remedy] = definition[language];
  const told = (words: string) => fill(words, facts, language);
  return {
    name,
    title: CHECKS[name][language],
    status: definition.status,
    code,
    detail: told(detail),
    remedy: remedy && told(remedy),
  };
}

function isFindingCode(code: string): code is FindingCode {
  return Object.hasOwn(FINDINGS, code);
}

function fill(words: string, facts: Finding['facts'], language: DoctorLanguage): string {
  return words.replace(/\{(\w+)\}/g, (_, name: string) => written(facts[name] ?? '', language));
}

function written(fact: Fact, language: DoctorLanguage): string {
  if (typeof fact === 'number') return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(fact);
  if (fact instanceof Date) return new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(fact);
  return fact;
}
