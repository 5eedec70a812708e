import { DestilaError } from '@destila/contracts';
import { watchMemory } from './memory-watch.ts';

export type ProgramEnvironment = Record<string, string | undefined>;

export interface RunOptions {
  signal: AbortSignal;
  /** The whole environment of the program. */
  environment: ProgramEnvironment;
  /** Milliseconds the program may say nothing on either stream before it counts as hung. */
  silenceDeadline: number;
  /** Bytes that the program and what it starts may hold in memory; looked after on Linux. */
  memoryLimit?: number;
  cwd?: string;
  /** Receives every line of the output, which is then not kept. */
  onLine?: (line: string) => void;
  /** Receives every line of the error stream, of which the end is kept all the same. */
  onErrorLine?: (line: string) => void;
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
 * @throws {DestilaError} `stage_hung` after the silence; `source_too_heavy` over the memory limit; the signal's reason; an error when it cannot be started
 */
export async function run(command: string, args: string[], options: RunOptions): Promise<RunResult> {
  const { signal, silenceDeadline, memoryLimit = Number.POSITIVE_INFINITY, onLine, onErrorLine } = options;
  signal.throwIfAborted();
  const child = start(command, args, options);
  const kill = () => killTree(child);
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silenceDeadline);
  const heavy = new AbortController();
  using _watch = watchMemory(child.pid, memoryLimit, () => heavy.abort());
  const stop = AbortSignal.any([signal, silence.signal, heavy.signal]);
  stop.addEventListener('abort', kill);
  try {
    const [stdout, stderr, exitCode] = await Promise.all([
      collect(child.stdout, { keep: onLine ? 0 : MAX_STDOUT_CHARACTERS, onLine, onText: () => timer.refresh() }),
      collect(child.stderr, { keep: STDERR_TAIL_CHARACTERS, onLine: onErrorLine, onText: () => timer.refresh() }),
      child.exited,
    ]);
    signal.throwIfAborted();
    if (heavy.signal.aborted) throw new DestilaError('source_too_heavy', { detail: command });
    if (silence.signal.aborted) throw new DestilaError('stage_hung', { detail: `${command} fell silent` });
    return { exitCode, stdout, stderr };
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', kill);
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
