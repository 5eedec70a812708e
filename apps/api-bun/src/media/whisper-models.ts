import { access } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { DestilaError } from '@destila/contracts';
import { ConfigError } from '../config.ts';
import { DownloadError, downloadVerified, isWhole, type TransferOptions } from './verified-download.ts';
import { CATALOGUE, type Catalogue, type CatalogueModel, modelFor } from './whisper-catalogue.ts';

/** The models that hear speech on this machine. */
export interface WhisperModels {
  /** What people call the chosen one: `base-q5_1`, or the name of the operator's own file. */
  readonly name: string;
  /**
   * The file of the chosen model; fetched when it is not there.
   * @throws {DestilaError} `speech_model_missing` when it cannot be fetched, `speech_model_unusable` when the operator's
   *   own file is not there, `rate_limited`, `disk_full`; and the signal's reason
   */
  whisper(onProgress: NonNullable<TransferOptions['onProgress']>, signal: AbortSignal): Promise<string>;
  /** The file of the model that hears where somebody speaks; null where it is not. Fetches nothing. */
  vad(): Promise<string | null>;
  state(): Promise<WhisperModelState>;
}

export interface WhisperModelState {
  name: string;
  path: string;
  present: boolean;
  /** Bytes that will be fetched when it is needed; null for the operator's own file, which never is. */
  size: number | null;
  /** Whether the model for pauses is there. */
  vad: boolean;
}

export interface WhisperModelConfig {
  /** A name of the catalogue, or a file's absolute path; by default what suits this machine. */
  WHISPER_MODEL?: string;
  /** Hugging Face, or what mirrors it. */
  WHISPER_MIRROR: string;
}

/** Milliseconds that the model for pauses may take to come. */
const VAD_DEADLINE = 20_000;

/** @throws {ConfigError} for a name that is not in the catalogue */
export function createWhisperModels(
  config: WhisperModelConfig,
  { dataDir, proxy }: { dataDir: string; proxy?: string },
  { models, vad }: Catalogue = CATALOGUE,
): WhisperModels {
  const name = config.WHISPER_MODEL ?? modelFor(availableParallelism(), process.constrainedMemory() || totalmem());
  const own = isAbsolute(name);
  const model = Object.hasOwn(models, name) ? models[name] : undefined;
  if (!own && !model) throw unknownModel(name, Object.keys(models));
  const fileOf = ({ path }: CatalogueModel) => join(dataDir, 'models', basename(path));
  const path = model ? fileOf(model) : name;
  let vadTried = false;

  function fetchModel(wanted: CatalogueModel, options: TransferOptions): Promise<void> {
    const url = `${config.WHISPER_MIRROR.replace(/\/+$/, '')}/${wanted.path}`;
    return downloadVerified({ ...wanted, url }, fileOf(wanted), { ...options, proxy });
  }

  /** Pauses are found without it too, so that its failure is no matter, and it is tried once a process. */
  async function tryVad(signal: AbortSignal): Promise<void> {
    if (vadTried) return;
    const deadline = AbortSignal.timeout(VAD_DEADLINE);
    await fetchModel(vad, { signal: AbortSignal.any([signal, deadline]) }).catch(() => signal.throwIfAborted());
    vadTried = true;
  }

  async function findVad(): Promise<string | null> {
    const beside = join(dirname(path), basename(vad.path));
    for (const candidate of [fileOf(vad), beside]) if (await isWhole(candidate, vad.size)) return candidate;
    return null;
  }

  return {
    name: own ? basename(path) : name,

    async whisper(onProgress, signal) {
      if (!model) {
        await requireFile(path);
        return path;
      }
      await fetchModel(model, { signal, onProgress }).catch((error: unknown) => {
        if (!(error instanceof DownloadError)) throw error;
        throw new DestilaError('speech_model_missing', { detail: error.message, cause: error });
      });
      await tryVad(signal);
      return path;
    },

    vad: findVad,

    async state() {
      const present = model ? await isWhole(path, model.size) : await exists(path);
      return { name: this.name, path, present, size: model?.size ?? null, vad: (await findVad()) !== null };
    },
  };
}

function unknownModel(name: string, known: string[]): ConfigError {
  return new ConfigError([
    `WHISPER_MODEL: there is no model ${name}; there are ${known.join(', ')}, or a file's path (….bin)`,
  ]);
}

async function requireFile(path: string): Promise<void> {
  if (await exists(path)) return;
  throw new DestilaError('speech_model_unusable', { detail: `WHISPER_MODEL names no file: ${path}` });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
