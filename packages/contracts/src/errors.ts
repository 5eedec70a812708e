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
  insecure_address: request(
    400,
    ['Esa dirección no va cifrada.', 'Usa una que empiece por https://: por ella van tu clave y tus transcripciones.'],
    ['That address is not encrypted.', 'Use one that begins with https://: your key and your transcripts go there.'],
  ),
  secret_key_missing: request(
    409,
    ['Esta instalación no puede guardar claves.', 'Quien la administra debe configurar SECRET_KEY.'],
    ['This installation cannot keep keys.', 'Whoever runs it should set SECRET_KEY.'],
  ),
  secret_unreadable: request(
    409,
    ['Una clave guardada ya no se puede leer: SECRET_KEY ha cambiado.', 'Escríbela otra vez en Ajustes y reintenta.'],
    ['A stored key can no longer be read: SECRET_KEY has changed.', 'Enter it again in the settings, then retry.'],
  ),
  page_changed: request(
    409,
    [
      'Alguien cambió la nota en su destino después de guardarla.',
      'Elige si reemplazar esos cambios o añadir la nota al final.',
    ],
    [
      'Somebody changed the note where it was saved.',
      'Choose whether to replace those changes or add the note at the end.',
    ],
  ),
  category_exists: request(
    409,
    ['Ya hay una categoría con ese nombre.', 'Elige la que existe u otro nombre.'],
    ['A category of that name exists.', 'Choose it, or another name.'],
  ),
  already_regenerating: request(
    409,
    ['Ya se está escribiendo otro resumen de este vídeo.', 'Espera a que termine, o detenlo.'],
    ['Another summary of this video is being written.', 'Wait for it, or stop it.'],
  ),
  unknown_template: request(
    400,
    ['Esa plantilla no existe.', 'Elige otra, o ninguna.'],
    ['There is no such template.', 'Choose another one, or none.'],
  ),
  template_exists: request(
    409,
    ['Ya hay una plantilla con ese nombre.', 'Elige otro nombre.'],
    ['A template of that name exists.', 'Choose another name.'],
  ),
  too_many_templates: request(
    409,
    ['Ya tienes 50 plantillas.', 'Elimina alguna que no uses.'],
    ['You have 50 templates already.', 'Remove one that you do not use.'],
  ),
  internal_error: {
    status: 500,
    retry: 'transient',
    es: ['Algo falló por nuestra parte.', 'Vuelve a intentarlo; el registro tiene los detalles.'],
    en: ['Something failed on our side.', 'Try again; the log has the details.'],
  },

  // Download.
  not_a_playlist: source(
    'permanent',
    ['En esa dirección hay un solo vídeo.', 'Añádelo tal cual: no es una lista.'],
    ['There is a single video at that address.', 'Add it as it is: it is no list.'],
    422,
  ),
  playlist_slow: source(
    'transient',
    ['El sitio tarda demasiado en dar la lista.', 'Vuelve a intentarlo dentro de un momento.'],
    ['The site takes too long to give the list.', 'Try again in a moment.'],
    504,
  ),
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
  source_too_heavy: source(
    'permanent',
    ['Leer esa página pide demasiada memoria.', 'Busca la dirección del vídeo mismo, o descárgalo y sube el archivo.'],
    [
      'Reading that page takes too much memory.',
      "Look for the video's own address, or download it and upload the file.",
    ],
  ),
  disk_full: source(
    'transient',
    ['No queda espacio en el disco.', 'Libera espacio y reintenta.'],
    ['No space is left on the disk.', 'Free some space and retry.'],
    507,
  ),
  too_long: source(
    'permanent',
    [
      'El vídeo supera la duración máxima.',
      'Sube DURATION_LIMIT si quieres aceptarlo, o añade solo la parte que te interesa.',
    ],
    ['The video is over the longest duration.', 'Raise DURATION_LIMIT to accept it, or add only the part you want.'],
  ),
  live_stream: source(
    'snooze',
    ['Es una emisión en directo.', 'Se procesa sola si termina antes de un día; si no, reintenta cuando termine.'],
    ['It is a live stream.', 'It is processed by itself if it ends within a day; else retry when it has ended.'],
  ),
  upcoming: source(
    'snooze',
    [
      'El vídeo todavía no se puede ver.',
      'Se procesa solo si sale antes de un día; si no, reintenta cuando se pueda ver.',
    ],
    ['The video cannot be watched yet.', 'It is processed by itself if it is out within a day; else retry when it is.'],
  ),
  private_video: source(
    'permanent',
    [
      'El vídeo es privado.',
      'Si tu cuenta puede verlo, exporta sus cookies, indica el archivo en YTDLP_COOKIES y reintenta; si no, pide acceso.',
    ],
    [
      'The video is private.',
      'If your account may watch it, export its cookies, set YTDLP_COOKIES to the file and retry; else ask for access.',
    ],
  ),
  video_removed: source(
    'permanent',
    ['El vídeo ya no está disponible.', 'Lo han borrado o retirado: busca otra copia.'],
    ['The video is no longer available.', 'It was deleted or taken down: look for another copy.'],
  ),
  age_restricted: source(
    'permanent',
    [
      'El vídeo tiene restricción de edad.',
      'Exporta las cookies de una cuenta mayor de edad, indica el archivo en YTDLP_COOKIES y reintenta.',
    ],
    ['The video is age-restricted.', "Export an adult account's cookies, set YTDLP_COOKIES to the file and retry."],
  ),
  members_only: source(
    'permanent',
    [
      'El vídeo es solo para miembros o de pago.',
      'Si tu cuenta tiene acceso, exporta sus cookies, indica el archivo en YTDLP_COOKIES y reintenta.',
    ],
    [
      'The video is for members or buyers only.',
      'If your account has access, export its cookies, set YTDLP_COOKIES to the file and retry.',
    ],
  ),
  sign_in_required: source(
    'permanent',
    [
      'El sitio pide iniciar sesión.',
      'Exporta las cookies de tu navegador con la sesión abierta, indica el archivo en YTDLP_COOKIES y reintenta.',
    ],
    ['The site wants a sign-in.', "Export your signed-in browser's cookies, set YTDLP_COOKIES to the file and retry."],
  ),
  bot_check: source(
    'permanent',
    [
      'El sitio desconfía de esta conexión y quiere comprobar que no es un robot.',
      'Exporta cookies recientes de tu navegador, indica el archivo en YTDLP_COOKIES y reintenta; o sal por otra red con DOWNLOAD_PROXY.',
    ],
    [
      'The site distrusts this connection and wants proof that it is no robot.',
      'Export fresh cookies of your browser, set YTDLP_COOKIES to the file and retry; or leave by another network with DOWNLOAD_PROXY.',
    ],
  ),
  geo_blocked: source(
    'permanent',
    [
      'El vídeo no se puede ver desde este país.',
      'Configura en DOWNLOAD_PROXY un proxy de un país donde se vea y reintenta.',
    ],
    [
      'The video cannot be watched from this country.',
      'Set DOWNLOAD_PROXY to a proxy in a country where it can, and retry.',
    ],
  ),
  drm_protected: source(
    'permanent',
    ['El vídeo está protegido con DRM.', 'No se puede descargar: busca otra versión.'],
    ['The video is protected by DRM.', 'It cannot be downloaded: look for another version.'],
  ),
  unsupported_site: source(
    'permanent',
    [
      'En esa página no se encuentra ningún vídeo, o el sitio no es compatible.',
      'Abre el vídeo y copia su propia dirección, o descárgalo tú y súbelo como archivo.',
    ],
    [
      'No video is found on that page, or the site is not supported.',
      'Open the video and copy its own address, or download it yourself and upload the file.',
    ],
  ),
  several_videos: source(
    'permanent',
    [
      'En esa dirección hay varios vídeos.',
      'Elige cuáles en la vista previa de la lista, o copia la dirección de uno.',
    ],
    [
      'There are several videos at that address.',
      "Choose among them in the list's preview, or copy the address of one.",
    ],
  ),
  no_formats: source(
    'permanent',
    [
      'El sitio no ofrece el vídeo en ningún formato que se pueda descargar.',
      'Reintenta más tarde, o súbelo como archivo.',
    ],
    ['The site offers the video in no format that can be downloaded.', 'Retry later, or upload it as a file.'],
  ),
  impersonation_needed: source(
    'permanent',
    ['El sitio solo responde a navegadores.', 'Pon YTDLP_IMPERSONATE=chrome, con un yt-dlp reciente, y reintenta.'],
    ['The site answers browsers only.', 'Set YTDLP_IMPERSONATE=chrome, with a recent yt-dlp, and retry.'],
  ),
  cookies_unreadable: source(
    'permanent',
    [
      'No se puede leer el archivo de cookies.',
      'Comprueba que YTDLP_COOKIES indique un cookies.txt en formato Netscape; después reintenta.',
    ],
    [
      'The cookies file cannot be read.',
      'Check that YTDLP_COOKIES names a cookies.txt in Netscape format, then retry.',
    ],
  ),
  download_proxy_failed: source(
    'transient',
    ['El proxy de descargas no responde o rechaza la conexión.', 'Comprueba DOWNLOAD_PROXY; se reintenta solo.'],
    [
      'The proxy for downloads does not answer, or refuses to connect.',
      'Check DOWNLOAD_PROXY; it is retried by itself.',
    ],
  ),
  ffmpeg_missing: source(
    'permanent',
    ['Falta ffmpeg.', 'Instala ffmpeg o indica su ruta en FFMPEG_PATH y FFPROBE_PATH, y reintenta.'],
    ['ffmpeg is missing.', 'Install ffmpeg, or set FFMPEG_PATH and FFPROBE_PATH, and retry.'],
  ),
  ytdlp_missing: source(
    'permanent',
    [
      'Para este sitio hace falta yt-dlp, que aquí no funciona o no está.',
      'Instala yt-dlp, o indica su ruta en YTDLP_PATH, y reintenta.',
    ],
    [
      'This site needs yt-dlp, which is not here or does not run.',
      'Install yt-dlp, or set YTDLP_PATH to it, then retry.',
    ],
  ),
  ytdlp_unreachable: source(
    'transient',
    [
      'Para este sitio hace falta yt-dlp, que no se pudo descargar.',
      'Comprueba la conexión; se reintenta solo. También puedes instalarlo e indicar su ruta en YTDLP_PATH.',
    ],
    [
      'This site needs yt-dlp, which could not be fetched.',
      'Check the connection; it is retried by itself. Or install it and set YTDLP_PATH.',
    ],
  ),
  ytdlp_misconfigured: source(
    'permanent',
    ['yt-dlp no acepta su configuración.', 'Revisa YTDLP_ARGS y YTDLP_IMPERSONATE, y reintenta.'],
    ['yt-dlp does not accept its settings.', 'Check YTDLP_ARGS and YTDLP_IMPERSONATE, then retry.'],
  ),
  ytdlp_outdated: source(
    'permanent',
    ['yt-dlp es antiguo y ya no sabe leer este sitio.', 'Actualiza yt-dlp y reintenta.'],
    ['yt-dlp is old and can no longer read this site.', 'Update yt-dlp and retry.'],
  ),
  ytdlp_failed: source(
    'transient',
    [
      'yt-dlp no pudo leer el vídeo.',
      'Se reintenta solo; si se repite, prueba con otra dirección del vídeo o súbelo como archivo.',
    ],
    [
      'yt-dlp could not read the video.',
      'It is retried by itself; if it happens again, try another address of it, or upload the file.',
    ],
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
  speech_model_missing: source(
    'transient',
    [
      'El modelo de voz no se pudo descargar.',
      'Comprueba la conexión; se reintenta solo. También puedes indicar en WHISPER_MODEL un archivo que ya tengas.',
    ],
    [
      'The speech model could not be fetched.',
      'Check the connection; it is retried by itself. Or set WHISPER_MODEL to a file that you have.',
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
  transcriber_out_of_memory: source(
    'transient',
    [
      'No hubo memoria suficiente para el modelo de voz.',
      'Elige en WHISPER_MODEL uno más pequeño (base, tiny…) o cierra otros programas, y reintenta: lo ya transcrito se conserva.',
    ],
    [
      'There was not enough memory for the speech model.',
      'Set WHISPER_MODEL to a smaller one (base, tiny…), or close other programs, then retry: what is transcribed is kept.',
    ],
  ),
  transcription_failed: source(
    'transient',
    ['El reconocimiento de voz falló.', 'Reintenta, o usa un modelo más pequeño.'],
    ['Speech recognition failed.', 'Retry, or use a smaller model.'],
  ),
  speech_server_rejected: source(
    'permanent',
    [
      'El servidor de voz rechazó la petición.',
      'Revisa SPEECH_BASE_URL, SPEECH_API_KEY y SPEECH_MODEL; después reintenta.',
    ],
    ['The speech server refused the request.', 'Check SPEECH_BASE_URL, SPEECH_API_KEY and SPEECH_MODEL, then retry.'],
  ),
  speech_server_unavailable: source(
    'transient',
    ['El servidor de voz no respondió bien.', 'Comprueba que funcione el de SPEECH_BASE_URL; se reintenta solo.'],
    ['The speech server did not answer well.', 'Check that the one at SPEECH_BASE_URL works; it is retried by itself.'],
  ),

  // Summary.
  llm_failed: source(
    'transient',
    ['El modelo de lenguaje no respondió bien.', 'Se reintenta solo.'],
    ['The language model did not answer well.', 'It is retried by itself.'],
  ),
  llm_rejected: source(
    'permanent',
    ['El modelo de lenguaje rechazó la petición.', 'Revisa la clave y el modelo en Ajustes, o en LLM.'],
    ['The language model refused the request.', 'Check the key and the model in the settings, or in LLM.'],
  ),
  llm_not_configured: source(
    'permanent',
    [
      'Al modelo de lenguaje elegido le falta la clave o la dirección.',
      'Añádela en Ajustes → Modelo de lenguaje y reintenta, o elige otro modelo.',
    ],
    [
      'The language model that was chosen lacks its key or its address.',
      'Add it in Settings → Language model and retry, or choose another model.',
    ],
    409,
  ),
  llm_key_refused: source(
    'permanent',
    ['El servidor del modelo rechaza la clave.', 'Escríbela otra vez en Ajustes → Modelo de lenguaje, o crea otra.'],
    ["The model's server refuses the key.", 'Enter it again in Settings → Language model, or make another.'],
  ),
  llm_model_unknown: source(
    'permanent',
    ['Ese servidor no tiene ese modelo.', 'Elige otro de su lista; con Ollama, descárgalo antes con «ollama pull».'],
    ['That server has no such model.', 'Choose another of its list; with Ollama, fetch it first with “ollama pull”.'],
  ),
  llm_unreachable: source(
    'transient',
    ['El servidor del modelo no responde.', 'Comprueba su dirección y que esté en marcha.'],
    ["The model's server does not answer.", 'Check its address, and that it is running.'],
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
  category_required: request(
    422,
    ['Falta la categoría.', 'Elige una antes de guardar; en Ajustes puedes dejar de exigirla.'],
    ['The category is missing.', 'Choose one before saving; the settings say whether it is needed.'],
  ),
  destination_unwritable: source(
    'permanent',
    ['No se pudo escribir la nota.', 'Comprueba que la carpeta de notas exista y tenga espacio.'],
    ['The note could not be written.', 'Check that the notes folder exists and has space.'],
  ),
  notion_unauthorized: source(
    'permanent',
    [
      'Notion rechazó la clave.',
      'Copia otra vez la de tu integración en Notion y pégala en Ajustes; la de la instalación, en NOTION_TOKEN. La nota sigue aquí.',
    ],
    [
      'Notion refused the token.',
      "Copy your integration's token in Notion again and paste it in the settings; the installation's, into NOTION_TOKEN. The note is still here.",
    ],
  ),
  notion_not_connected: request(
    409,
    ['Notion no está conectado.', 'Pega la clave de tu integración en Ajustes y elige una base de datos.'],
    ['Notion is not connected.', "Paste your integration's token in the settings and choose a database."],
  ),
  notion_forbidden: source(
    'permanent',
    [
      'La integración de Notion no tiene permiso para escribir.',
      'Dale permiso para leer, insertar y actualizar contenido en sus ajustes, y guarda otra vez.',
    ],
    [
      'The Notion integration is not allowed to write.',
      'Let it read, insert and update content in its settings, then save again.',
    ],
  ),
  notion_not_shared: source(
    'permanent',
    [
      'Notion no encuentra la base de datos.',
      'Compártela con la integración en Notion (Conexiones), y la de las categorías si es otra, y guarda otra vez. Si la indica NOTION_DATA_SOURCE_ID, revísalo.',
    ],
    [
      'Notion does not find the database.',
      'Share it with the integration in Notion (Connections), and that of the categories if it is another, then save again. If NOTION_DATA_SOURCE_ID names it, check that.',
    ],
  ),
  notion_in_trash: source(
    'permanent',
    ['La base de datos está en la papelera de Notion.', 'Restáurala en Notion, o elige otra, y guarda otra vez.'],
    ["The database is in Notion's trash.", 'Restore it in Notion, or choose another, then save again.'],
  ),
  notion_property_missing: source(
    'permanent',
    [
      'Falta una propiedad de la base de datos de Notion.',
      'Recupérala en Notion, o elige otra en Ajustes, donde se ve cuál es, y guarda otra vez. Si es una relación, comparte también la base de datos a la que lleva.',
    ],
    [
      'A property of the Notion database is missing.',
      'Bring it back in Notion, or choose another in the settings, which name it, then save again. If it is a relation, share the database that it leads to as well.',
    ],
  ),
  notion_property_type: source(
    'permanent',
    [
      'Una propiedad de la base de datos de Notion es de otro tipo.',
      'Devuélvele su tipo en Notion, o elige otra en Ajustes, donde se ve cuál es, y guarda otra vez. «Destila ID» ha de ser de texto.',
    ],
    [
      'A property of the Notion database is of another type.',
      'Give it its type back in Notion, or choose another in the settings, which name it, then save again. "Destila ID" has to be text.',
    ],
  ),
  notion_full: source(
    'permanent',
    [
      'El espacio de trabajo de Notion llegó a su límite de bloques.',
      'Amplía el plan de Notion o usa otro espacio de trabajo, y guarda otra vez.',
    ],
    [
      'The Notion workspace has reached its block limit.',
      'Upgrade the Notion plan or use another workspace, then save again.',
    ],
  ),
  notion_too_large: source(
    'permanent',
    [
      'La nota es demasiado grande para Notion.',
      'Acórtala, o deja fuera la transcripción (NOTION_TRANSCRIPT=off), y guarda otra vez.',
    ],
    [
      'The note is too large for Notion.',
      'Shorten it, or leave out the transcript (NOTION_TRANSCRIPT=off), then save again.',
    ],
  ),
  notion_rejected: source(
    'permanent',
    ['Notion no aceptó la página.', 'Revisa las propiedades de la base de datos; el registro dice qué rechazó.'],
    ['Notion did not accept the page.', "Check the database's properties; the log says what it refused."],
  ),
  notion_busy: source(
    'snooze',
    ['Notion pide ir más despacio.', 'La nota se guarda sola dentro de un rato; no se duplicará.'],
    ['Notion asks to slow down.', 'The note is saved by itself in a while; it will not be duplicated.'],
    503,
  ),
  notion_unavailable: source(
    'transient',
    ['Notion no responde.', 'La nota se guarda sola en cuanto responda; no se duplicará.'],
    ['Notion does not answer.', 'The note is saved by itself as soon as it does; it will not be duplicated.'],
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
