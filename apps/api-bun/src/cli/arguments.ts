import { parseArgs } from 'node:util';

export interface StartArguments {
  help: boolean;
  sample: boolean;
  /** Addresses and files to process. */
  sources: string[];
}

/** What was typed behind `start` makes no sense. The message is for the terminal. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `Usage: bun run start [--sample] [URL or file …]

  Starts Destila on http://localhost:3000 and keeps serving.
  URL or file   queues it, shows how it gets on, and prints the summary
  --sample      does that with the sample video
  --help        shows this

Settings are environment variables: see .env.example.`;

/** @throws {UsageError} */
export function readArguments(typed: string[]): StartArguments {
  try {
    const { values, positionals } = parseArgs({
      args: typed,
      allowPositionals: true,
      options: { sample: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    });
    return { ...values, sources: positionals };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}
