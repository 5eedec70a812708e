import { z } from 'zod';

/**
 * What the queue does when a stage throws the error:
 * `permanent` fails the job at once, `transient` tries again with backoff, `snooze` waits and costs no attempt.
 */
export type RetryClass = 'permanent' | 'transient' | 'snooze';

interface ErrorDefinition {
  /** The HTTP status when the error answers a request. */
  status: number;
  retry: RetryClass;
  /** What happened, and what to do next, for a person. */
  es: readonly [message: string, hint: string];
  en: readonly [message: string, hint: string];
}

function request(status: number, es: ErrorDefinition['es'], en: ErrorDefinition['en']): ErrorDefinition {
  return { status, retry: 'permanent', es, en };
}
function source(
  retry: RetryClass,
  es: ErrorDefinition['es'],
  en: ErrorDefinition['en'],
  status = 502,
): ErrorDefinition {
  return { status, retry, es, en };
}

/** Every error a person can meet. The code is stable; sentences may improve. */
export const ERRORS = {
  // A request that cannot be taken.
  invalid_request: request(
    400,
    ['La petición no es válida.', 'Revisa los campos indicados.'],
    ['The request is not valid.', 'Check the fields named in it.'],
  ),
  invalid_url: request(
    400,
    ['Eso no es una dirección web válida.', 'Copia la dirección completa, con https:// al principio.'],
    ['That is not a valid web address.', 'Copy the whole address, starting with https://.'],
  ),
  file_not_found: request(
    400,
    ['No existe ese archivo.', 'Comprueba la ruta.'],
    ['There is no such file.', 'Check the path.'],
  ),
  url_too_long: request(
    400,
    ['La dirección es demasiado larga.', 'Usa el enlace corto del vídeo.'],
    ['The address is too long.', "Use the video's short link."],
  ),
  private_address: request(
    400,
    ['Esa dirección apunta a una red privada.', 'Solo se aceptan direcciones públicas de internet.'],
    ['That address points to a private network.', 'Only public internet addresses are accepted.'],
  ),
  prompt_too_long: request(
    400,
    ['Las instrucciones son demasiado largas.', 'Acórtalas a 8000 caracteres.'],
    ['The prompt is too long.', 'Shorten it to 8,000 characters.'],
  ),
  duplicate_url: request(
    409,
    ['Ese vídeo ya está en tu cola.', 'Ábrelo, o vuelve a procesarlo si lo necesitas.'],
    ['That video is already in your queue.', 'Open it, or process it again if you need to.'],
  ),
  unauthorized: request(
    401,
    ['Hace falta la clave de acceso.', 'Escribe la clave que configuraste en ACCESS_TOKEN.'],
    ['The access token is needed.', 'Enter the token configured as ACCESS_TOKEN.'],
  ),
  forbidden_origin: request(
    403,
    ['La petición viene de otra página.', 'Abre Destila por su propia dirección.'],
    ['The request comes from another site.', 'Open Destila by its own address.'],
  ),
  operator_only: request(
    403,
    ['Eso solo puede hacerlo quien administra la instalación.', 'Pídeselo a quien la administra.'],
    ['Only whoever runs this installation can do that.', 'Ask them.'],
  ),
  not_found: request(
    404,
    ['No existe, o ya no existe.', 'Vuelve a la cola y elige otro.'],
    ['It does not exist, or no longer does.', 'Go back to the queue and choose another.'],
  ),
  length_required: request(
    411,
    ['Falta el tamaño del envío.', 'Envía la cabecera Content-Length.'],
    ["The request's size is missing.", 'Send the Content-Length header.'],
  ),
  payload_too_large: request(
    413,
    ['El envío es demasiado grande.', 'Envía un archivo más pequeño o sube UPLOAD_LIMIT.'],
    ['The upload is too large.', 'Send a smaller file, or raise UPLOAD_LIMIT.'],
  ),
  version_conflict: request(
    412,
    ['Este resumen se cambió en otra ventana.', 'Carga la versión nueva o guarda la tuya encima.'],
    ['This summary was changed in another window.', 'Load the new version, or keep yours.'],
  ),
  not_ready: request(
    409,
    ['El vídeo aún no está listo.', 'Espera a que termine de procesarse.'],
    ['The video is not ready yet.', 'Wait until it has been processed.'],
  ),
  invalid_state: request(
    409,
    ['Eso no se puede hacer en el estado actual.', 'Recarga la página para ver el estado de ahora.'],
    ['That cannot be done in the present state.', 'Reload the page to see the state of now.'],
  ),
  save_in_progress: request(
    409,
    ['Esta nota ya se está guardando.', 'Espera un momento: no hace falta pulsar otra vez.'],
    ['This note is being saved already.', 'Wait a moment: there is no need to press again.'],
  ),
  category_exists: request(
    409,
    ['Ya hay una categoría con ese nombre.', 'Elige la que existe u otro nombre.'],
    ['A category of that name exists.', 'Choose it, or another name.'],
  ),
  internal_error: {
    status: 500,
    retry: 'transient',
    es: ['Algo falló por nuestra parte.', 'Vuelve a intentarlo; el registro tiene los detalles.'],
    en: ['Something failed on our side.', 'Try again; the log has the details.'],
  },

  // Download.
  not_a_video: source(
    'permanent',
    ['En esa página no hay un vídeo que se pueda leer.', 'Abre el vídeo y copia su propia dirección.'],
    ['There is no readable video on that page.', 'Open the video and copy its own address.'],
  ),
  wrong_file_type: source(
    'permanent',
    ['El archivo no es un vídeo ni un audio.', 'Elige un archivo de vídeo o de audio.'],
    ['The file is neither video nor audio.', 'Choose a video or audio file.'],
  ),
  empty_file: source(
    'permanent',
    ['El archivo está vacío.', 'Comprueba el enlace o vuelve a subirlo.'],
    ['The file is empty.', 'Check the link, or upload it again.'],
    400,
  ),
  truncated_file: source(
    'transient',
    ['El archivo llegó cortado.', 'Reintenta; si se repite, el archivo está dañado en su origen.'],
    ['The file arrived cut off.', 'Retry; if it happens again, the file is broken at its source.'],
  ),
  no_audio: source(
    'permanent',
    ['El vídeo no tiene sonido ni subtítulos.', 'Sin voz no hay nada que transcribir.'],
    ['The video has neither sound nor captions.', 'Without speech there is nothing to transcribe.'],
  ),
  source_not_found: source(
    'permanent',
    ['En esa dirección no hay nada (404).', 'Comprueba el enlace: puede que lo hayan borrado.'],
    ['There is nothing at that address (404).', 'Check the link: it may have been removed.'],
  ),
  source_forbidden: source(
    'permanent',
    ['El sitio no permite descargarlo.', 'Puede ser privado o pedir sesión: configura YTDLP_COOKIES.'],
    ['The site does not allow downloading it.', 'It may be private or want a sign-in: set YTDLP_COOKIES.'],
  ),
  source_unavailable: source(
    'transient',
    ['El sitio tiene problemas ahora mismo.', 'Se reintenta solo.'],
    ['The site has trouble right now.', 'It is retried by itself.'],
  ),
  rate_limited: source(
    'snooze',
    ['El servicio pide ir más despacio.', 'Se reintenta solo más tarde.'],
    ['The service asks to slow down.', 'It is retried by itself later.'],
  ),
  network: source(
    'transient',
    ['No se pudo conectar.', 'Comprueba tu conexión; se reintenta solo.'],
    ['Could not connect.', 'Check your connection; it is retried by itself.'],
  ),
  too_large: source(
    'permanent',
    ['El archivo supera el tamaño máximo.', 'Sube UPLOAD_LIMIT si quieres aceptarlo.'],
    ['The file is over the largest size.', 'Raise UPLOAD_LIMIT to accept it.'],
  ),
  disk_full: source(
    'transient',
    ['No queda espacio en el disco.', 'Libera espacio y reintenta.'],
    ['No space is left on the disk.', 'Free some space and retry.'],
    507,
  ),
  live_stream: source(
    'permanent',
    ['Es una emisión en directo.', 'Vuelve a añadirla cuando haya terminado.'],
    ['It is a live stream.', 'Add it again when it has ended.'],
  ),
  ffmpeg_missing: source(
    'permanent',
    ['Falta ffmpeg.', 'Instala ffmpeg o indica su ruta en FFMPEG_PATH y FFPROBE_PATH, y reintenta.'],
    ['ffmpeg is missing.', 'Install ffmpeg, or set FFMPEG_PATH and FFPROBE_PATH, and retry.'],
  ),
  ytdlp_missing: source(
    'permanent',
    ['Para este sitio hace falta yt-dlp.', 'Instala yt-dlp o indica su ruta en YTDLP_PATH, y reintenta.'],
    ['This site needs yt-dlp.', 'Install yt-dlp, or set YTDLP_PATH, and retry.'],
  ),
  ytdlp_failed: source(
    'transient',
    ['yt-dlp no pudo leer el vídeo.', 'Actualiza yt-dlp y reintenta.'],
    ['yt-dlp could not read the video.', 'Update yt-dlp and retry.'],
  ),

  // Transcription.
  no_speech: source(
    'permanent',
    ['No se oye voz en el audio.', 'Comprueba que el vídeo tenga alguien hablando.'],
    ['No speech is heard in the audio.', 'Check that somebody speaks in the video.'],
  ),
  transcriber_missing: source(
    'permanent',
    [
      'El vídeo no trae subtítulos y no hay un modelo de voz.',
      'Descarga un modelo de Whisper (ggml) e indica su ruta en WHISPER_MODEL; después reintenta.',
    ],
    [
      'The video has no captions, and there is no speech model.',
      'Download a Whisper model (ggml), set WHISPER_MODEL to its path, then retry.',
    ],
  ),
  speech_model_unusable: source(
    'permanent',
    [
      'El modelo de voz no se puede cargar.',
      'Comprueba que WHISPER_MODEL sea un modelo ggml completo; después reintenta.',
    ],
    ['The speech model cannot be loaded.', 'Check that WHISPER_MODEL is a complete ggml model, then retry.'],
  ),
  transcription_failed: source(
    'transient',
    ['El reconocimiento de voz falló.', 'Reintenta, o usa un modelo más pequeño.'],
    ['Speech recognition failed.', 'Retry, or use a smaller model.'],
  ),

  // Summary.
  llm_failed: source(
    'transient',
    ['El modelo de lenguaje no respondió bien.', 'Se reintenta solo.'],
    ['The language model did not answer well.', 'It is retried by itself.'],
  ),
  llm_rejected: source(
    'permanent',
    ['El modelo de lenguaje rechazó la petición.', 'Revisa la clave y el nombre del modelo en LLM.'],
    ['The language model refused the request.', 'Check the key and the model named in LLM.'],
  ),

  // The worker.
  worker_crashed: source(
    'permanent',
    ['El proceso se cayó varias veces con este vídeo.', 'Mira el registro; reintentar lo vuelve a intentar desde ahí.'],
    ['The worker crashed on this video several times.', 'See the log; retry tries again from there.'],
  ),
  stage_hung: source(
    'transient',
    ['El paso dejó de avanzar.', 'Se reintenta solo.'],
    ['The stage stopped making progress.', 'It is retried by itself.'],
  ),

  // Publishing.
  destination_unwritable: source(
    'permanent',
    ['No se pudo escribir la nota.', 'Comprueba que la carpeta de notas exista y tenga espacio.'],
    ['The note could not be written.', 'Check that the notes folder exists and has space.'],
  ),
  notion_unauthorized: source(
    'permanent',
    ['Notion rechazó la clave.', 'Crea una nueva en Notion y ponla en NOTION_TOKEN.'],
    ['Notion refused the token.', 'Make a new one in Notion and set NOTION_TOKEN.'],
  ),
  notion_not_shared: source(
    'permanent',
    ['Notion no encuentra la base de datos.', 'Compártela con la integración en Notion (Conexiones).'],
    ['Notion does not find the database.', 'Share it with the integration in Notion (Connections).'],
  ),
  notion_rejected: source(
    'permanent',
    ['Notion no aceptó la página.', 'Revisa las propiedades de la base de datos.'],
    ['Notion did not accept the page.', "Check the database's properties."],
  ),
  notion_unavailable: source(
    'transient',
    ['Notion no responde.', 'Guarda otra vez dentro de un momento: no se duplicará.'],
    ['Notion does not answer.', 'Save again in a moment: it will not be duplicated.'],
  ),
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof ERRORS;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

/** The body of every error answer, as `application/problem+json` (RFC 9457). */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  hint: z.string(),
  /** For `duplicate_url`: the job that exists. */
  job_id: z.uuid().optional(),
  /** For `invalid_request`: what is wrong, by field. */
  fields: z.record(z.string(), z.string()).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** The error every layer throws for what a person can meet; one place maps it to HTTP, one to the queue's verbs. */
export class DestilaError extends Error {
  override readonly name = 'DestilaError';
  readonly code: ErrorCode;
  /** What the log needs beyond the code: the server's own words, an exit code. Never shown as the message, never a secret. */
  readonly detail: string | undefined;
  /** Seconds after which trying again makes sense, where the other side said so (`Retry-After`). */
  readonly retryAfterSeconds: number | undefined;
  /** Members added to the problem document. */
  readonly extra: Pick<Problem, 'job_id' | 'fields'>;

  constructor(
    code: ErrorCode,
    options: {
      detail?: string;
      cause?: unknown;
      retryAfterSeconds?: number;
      extra?: Pick<Problem, 'job_id' | 'fields'>;
    } = {},
  ) {
    super(options.detail ? `${ERRORS[code].en[0]} (${options.detail})` : ERRORS[code].en[0], { cause: options.cause });
    this.code = code;
    this.detail = options.detail;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.extra = options.extra ?? {};
  }

  get retry(): RetryClass {
    return ERRORS[this.code].retry;
  }
}
