import { DestilaError, readRetryAfter } from '@destila/contracts';
import type { Recognized, Recognizer, RecognizerSession, SoundWindow } from './recognizer.ts';
import { hasTimes, readTranscript, type TranscriptJson, transcriptSchema } from './transcript-json.ts';
import { whisperLanguage } from './whisper-languages.ts';

export interface SpeechServerSettings {
  /** With or without the `/v1` at its end. The operator's own, so that it may be on this machine or the local network. */
  baseUrl: string;
  apiKey: string | undefined;
  model: string;
  /** Milliseconds for one request. */
  deadline?: number;
}

/**
 * Seconds of sound in one request. A server on a plain processor hears them within the deadline; as Opus they are 1 MB,
 * which the strictest proxies let through (nginx, `client_max_body_size`).
 */
const LONGEST_WINDOW = 300;
/** The same for a model that tells no times: its sentences are at most so many seconds from where they belong. */
const LONGEST_WINDOW_WITHOUT_TIMES = 60;
/** OpenAI's models without times: `gpt-4o-transcribe`, `gpt-4o-mini-transcribe` (its reference, "Create transcription"). */
const NO_TIMES = /-transcribe\b/;
/** Milliseconds for one request; a stage without progress for ten minutes counts as hung. */
const DEADLINE = 9 * 60_000;
/** Bytes; the answer to five minutes of speech has some hundred thousand. */
const LARGEST_ANSWER = 16 * 1024 ** 2;

/**
 * A server that speaks OpenAI's `/v1/audio/transcriptions`.
 * Its sessions fail with `speech_server_rejected` (the same request would be refused again), `rate_limited` with
 * `Retry-After`, `speech_server_unavailable` for all else, and the signal's own reason.
 */
export class SpeechServer implements Recognizer {
  readonly name: string;
  readonly origin = 'speech_server';
  readonly form = 'opus';
  readonly #url: URL;
  #tellsTimes: boolean;

  constructor(private readonly settings: SpeechServerSettings) {
    this.#url = transcriptionsUrl(settings.baseUrl);
    this.name = `${settings.model} (${this.#url.host})`;
    this.#tellsTimes = !NO_TIMES.test(settings.model);
  }

  /** Shorter where times are not told: that of an unknown model shows with its first answer. */
  get longestWindow(): number {
    return this.#tellsTimes ? LONGEST_WINDOW : LONGEST_WINDOW_WITHOUT_TIMES;
  }

  /** A GET that answers, at no cost, with the server's list of models when the address and the key are right. */
  get probe() {
    const url = this.#url.href.replace(/audio\/transcriptions$/, 'models');
    const { apiKey, model } = this.settings;
    const headers: Record<string, string> = apiKey ? { authorization: `Bearer ${apiKey}` } : {};
    return { url, headers, answers: 'a list', modelId: model } as const;
  }

  async open(signal: AbortSignal): Promise<RecognizerSession> {
    return {
      recognize: (sound) => this.#recognize(sound, signal),
      async [Symbol.asyncDispose]() {},
    };
  }

  async #recognize(sound: SoundWindow, signal: AbortSignal): Promise<Recognized> {
    const transcript = await this.#transcribe(sound, signal);
    this.#tellsTimes &&= hasTimes(transcript);
    sound.onProgress(sound.durationSeconds);
    return readTranscript(transcript, sound.durationSeconds);
  }

  /** Servers that know no times refuse the one format that has them. */
  async #transcribe(sound: SoundWindow, signal: AbortSignal): Promise<TranscriptJson> {
    const answer = await this.#post(sound, this.#tellsTimes ? 'verbose_json' : 'json', signal);
    if (!this.#tellsTimes || (answer.status !== 400 && answer.status !== 422)) return this.#read(answer);
    return this.#read(await this.#post(sound, 'json', signal));
  }

  async #post(sound: SoundWindow, format: 'verbose_json' | 'json', signal: AbortSignal): Promise<Answer> {
    const { apiKey, deadline = DEADLINE } = this.settings;
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: apiKey ? { authorization: `Bearer ${apiKey}` } : {},
        body: this.#form(sound, format),
        // The key is for this server and no other.
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(deadline)]),
        // Bun would give up after five minutes without a byte.
        timeout: false,
      });
      return { status: response.status, headers: response.headers, body: await readText(response) };
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof DestilaError) throw cause;
      throw unavailable(cause instanceof Error ? cause.message : String(cause), cause);
    }
  }

  #form({ path, language }: SoundWindow, format: 'verbose_json' | 'json'): FormData {
    const form = new FormData();
    form.set('model', this.settings.model);
    form.set('response_format', format);
    if (format === 'verbose_json') form.set('timestamp_granularities[]', 'segment');
    const code = whisperLanguage(language);
    if (code !== 'auto') form.set('language', code);
    // Servers go by the name's ending.
    form.set('file', Bun.file(path), 'audio.ogg');
    return form;
  }

  #read(answer: Answer): TranscriptJson {
    const failure = failureOf(answer, this.settings.apiKey);
    if (failure) throw failure;
    const transcript = transcriptSchema.safeParse(parseJson(answer.body));
    if (transcript.success) return transcript.data;
    throw unavailable(`unreadable answer: ${excerpt(answer.body)}`, transcript.error);
  }
}

interface Answer {
  status: number;
  headers: Headers;
  body: string;
}

function transcriptionsUrl(baseUrl: string): URL {
  const url = new URL(baseUrl);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = `${/\/v\d+$/.test(path) ? path : `${path}/v1`}/audio/transcriptions`;
  return url;
}

/** Statuses that pass by themselves: a timeout, a conflict, too early, and whatever is the server's own fault. */
const PASSING = new Set([408, 409, 425]);

function failureOf({ status, headers, body }: Answer, apiKey = ''): DestilaError | null {
  if (status >= 200 && status < 300) return null;
  const words = apiKey === '' ? body : body.replaceAll(apiKey, '…');
  const detail = `HTTP ${status}: ${headers.get('location') ?? excerpt(words)}`;
  const retryAfter = readRetryAfter(headers.get('retry-after'));
  // Credit that is used up does not come back by waiting.
  if (status === 429 && !body.includes('insufficient_quota')) {
    return new DestilaError('rate_limited', { detail, ...retryAfter });
  }
  if (status >= 500 || PASSING.has(status)) {
    return new DestilaError('speech_server_unavailable', { detail, ...retryAfter });
  }
  return new DestilaError('speech_server_rejected', { detail });
}

function unavailable(detail: string, cause: unknown): DestilaError {
  return new DestilaError('speech_server_unavailable', { detail, cause });
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) throw unavailable(`an answer of more than ${LARGEST_ANSWER} bytes`, undefined);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function excerpt(text: string): string {
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}
