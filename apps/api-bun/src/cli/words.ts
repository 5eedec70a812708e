import type { JobStatus, JobStep } from '@destila/contracts';

export type TerminalLanguage = 'es' | 'en';

interface Words {
  serving(url: string): string;
  stopping: string;
  ready: string;
  left(time: string): string;
  status: Record<JobStatus, string>;
  step: Record<JobStep, string>;
}

/** What the terminal says. */
export const WORDS: Record<TerminalLanguage, Words> = {
  es: {
    serving: (url) => `Destila está en ${url} (Ctrl-C para terminar)`,
    stopping: 'Terminando… (Ctrl-C otra vez para cortar)',
    ready: 'Listo para revisar',
    left: (time) => `faltan ${time}`,
    status: {
      pending: 'En espera',
      downloading: 'Descargando',
      transcribing: 'Transcribiendo',
      summarizing: 'Resumiendo',
      ready: 'Listo para revisar',
      saved: 'Guardado',
      failed: 'Error',
      cancelled: 'Cancelado',
    },
    step: {
      fetching_program: 'Preparando yt-dlp',
      resolving: 'Buscando el vídeo',
      fetching_media: 'Descargando el archivo',
      fetching_audio: 'Descargando audio',
      reading_captions: 'Leyendo subtítulos',
      extracting_audio: 'Extrayendo el audio',
      finding_pauses: 'Buscando pausas',
      fetching_model: 'Descargando el modelo de voz',
      loading_model: 'Cargando el modelo de voz',
      transcribing_audio: 'Transcribiendo',
      writing_summary: 'Resumiendo',
    },
  },
  en: {
    serving: (url) => `Destila is at ${url} (Ctrl-C ends it)`,
    stopping: 'Stopping… (Ctrl-C again to cut it short)',
    ready: 'Ready for review',
    left: (time) => `${time} left`,
    status: {
      pending: 'Waiting',
      downloading: 'Downloading',
      transcribing: 'Transcribing',
      summarizing: 'Summarising',
      ready: 'Ready for review',
      saved: 'Saved',
      failed: 'Error',
      cancelled: 'Cancelled',
    },
    step: {
      fetching_program: 'Preparing yt-dlp',
      resolving: 'Looking up the video',
      fetching_media: 'Downloading the file',
      fetching_audio: 'Downloading audio',
      reading_captions: 'Reading captions',
      extracting_audio: 'Extracting the audio',
      finding_pauses: 'Finding pauses',
      fetching_model: 'Downloading the speech model',
      loading_model: 'Loading the speech model',
      transcribing_audio: 'Transcribing',
      writing_summary: 'Summarising',
    },
  },
};
