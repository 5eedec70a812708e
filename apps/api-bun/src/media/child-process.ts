import { DestilaError } from '@destila/contracts';

export type ProgramEnvironment = Record<string, string | undefined>;

export interface RunOptions {
  signal: AbortSignal;
  /** The whole environment of the program. */
  environment: ProgramEnvironment;
  /** Milliseconds the program may say nothing on either stream before it counts as hung. */
  silenceDeadline: number;
  cwd?: string;
  /** Receives every line of the output, which is then not kept. */
  onLine?: (line: string) => void;
}

export interface RunResult {
  exitCode: number;
  stdout: string;
  /** The last few kilobytes. */
  stderr: string;
}

const MAX_STDOUT_CHARACTERS = 64 * 1024 ** 2;
const STDERR_TAIL_CHARACTERS = 8 * 1024;

/**
 * Runs a program to its end, without a shell and without input. When the signal aborts or the program falls silent,
 * it is killed with everything it started.
 * @throws {DestilaError} `stage_hung` after the silence; the signal's reason; an error when it cannot be started
 */
export async function run(command: string, args: string[], options: RunOptions): Promise<RunResult> {
  const { signal, silenceDeadline, onLine } = options;
  signal.throwIfAborted();
  const child = start(command, args, options);
  const kill = () => killTree(child);
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silenceDeadline);
  const stop = AbortSignal.any([signal, silence.signal]);
  stop.addEventListener('abort', kill);
  try {
    const [stdout, stderr, exitCode] = await Promise.all([
      collect(child.stdout, { keep: onLine ? 0 : MAX_STDOUT_CHARACTERS, onLine, onText: () => timer.refresh() }),
      collect(child.stderr, { keep: STDERR_TAIL_CHARACTERS, onText: () => timer.refresh() }),
      child.exited,
    ]);
    signal.throwIfAborted();
    if (silence.signal.aborted) throw new DestilaError('stage_hung', { detail: `${command} fell silent` });
    return { exitCode, stdout, stderr };
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', kill);
    kill();
  }
}

/**
 * Runs a program and gives its output piece by piece, no faster than it is taken; ends with how the program ended.
 * It is killed with everything it started when the signal aborts or nobody reads on.
 */
export async function* runForBytes(
  command: string,
  args: string[],
  options: Pick<RunOptions, 'signal' | 'environment'>,
): AsyncGenerator<Uint8Array, Pick<RunResult, 'exitCode' | 'stderr'>> {
  const { signal } = options;
  signal.throwIfAborted();
  const child = start(command, args, options);
  const kill = () => killTree(child);
  signal.addEventListener('abort', kill);
  try {
    const lastWords = collect(child.stderr, { keep: STDERR_TAIL_CHARACTERS });
    yield* child.stdout;
    const [stderr, exitCode] = await Promise.all([lastWords, child.exited]);
    signal.throwIfAborted();
    return { exitCode, stderr };
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
}

function start(command: string, args: string[], options: Pick<RunOptions, 'environment' | 'cwd'>) {
  return Bun.spawn([command, ...args], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    cwd: options.cwd,
    env: options.environment,
    // A group of its own, so that what it starts can be killed with it.
    detached: true,
  });
}

interface Collection {
  /** Characters to keep of the end. */
  keep: number;
  onText?: () => void;
  onLine?: (line: string) => void;
}

async function collect(stream: ReadableStream<Uint8Array>, { keep, onText, onLine }: Collection): Promise<string> {
  const decoder = new TextDecoder();
  const parts = { kept: '', line: '' };
  for await (const bytes of stream) {
    const text = decoder.decode(bytes, { stream: true });
    onText?.();
    if (keep > 0) parts.kept = (parts.kept + text).slice(-keep);
    if (!onLine) continue;
    const lines = (parts.line + text).split(/\r\n|\n|\r/);
    parts.line = lines.pop() ?? '';
    lines.forEach(onLine);
  }
  if (onLine && parts.line !== '') onLine(parts.line);
  return parts.kept;
}

function killTree(child: Bun.Subprocess) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // It ended a moment ago.
    child.kill('SIGKILL');
  }
}
