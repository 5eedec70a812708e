import { DestilaError } from '@destila/contracts';

/** Milliseconds, and as many more for each character: the longest note takes some 4,000 on a busy machine, most a few tens. */
const DEADLINE = 3_000;
const DEADLINE_PER_CHARACTER = 0.04;

/**
 * The canonical form of what a person wrote, made in a thread of its own: some few kilobytes of nested emphasis keep a
 * Markdown parser busy for minutes, and nobody else may wait for that.
 * @throws {DestilaError} `invalid_request` when it takes too long or cannot be done
 */
export async function canonicalForm(markdown: string): Promise<string> {
  const worker = new Worker(new URL('./canonical-form-worker.ts', import.meta.url).href);
  try {
    return await new Promise<string>((resolve, reject) => {
      const refuse = (cause?: unknown) =>
        reject(
          new DestilaError('invalid_request', { cause, extra: { fields: { summary_markdown: 'too complicated' } } }),
        );
      setTimeout(refuse, DEADLINE + markdown.length * DEADLINE_PER_CHARACTER).unref();
      worker.onmessage = ({ data }: MessageEvent<string>) => resolve(data);
      worker.onerror = (event) => refuse(event.error);
      worker.postMessage(markdown);
    });
  } finally {
    worker.terminate();
  }
}
