/** What every run of yt-dlp is told, whatever it is run for. */

export interface YtdlpSettings {
  /** As `yt-dlp --version` says: `2026.08.19`. */
  version: string | null;
  proxyUrl: string;
  /** Seconds for a site to answer, and to go on answering. */
  answerDeadline: number;
  /** A copy of our own, for yt-dlp writes to it. */
  cookies: string | null;
  /** Bytes a second. */
  rateLimit: number | null;
  /** A browser to pass for: `chrome`, `safari:ios`. */
  impersonate: string | null;
  /** The operator's own. */
  extraArguments: readonly string[];
  workDir: string;
  /** Path of this very Bun, which yt-dlp uses for what YouTube computes in JavaScript. */
  bun: string;
}

export function commonArguments(settings: YtdlpSettings): string[] {
  const { version, cookies, rateLimit, impersonate } = settings;
  return [
    '--ignore-config',
    ...settings.extraArguments,
    ...(knowsJsRuntimes(version) ? ['--js-runtimes', `bun:${settings.bun}`] : []),
    ...(impersonate !== null && knowsImpersonation(version) ? ['--impersonate', impersonate] : []),
    ...(cookies === null ? [] : ['--cookies', cookies]),
    ...(rateLimit === null ? [] : ['--limit-rate', String(rateLimit)]),
    ...[
      '--socket-timeout',
      String(settings.answerDeadline),
      '--retries',
      '3',
      '--no-mtime',
      '--no-cache-dir',
      '-P',
      settings.workDir,
    ],
    // It is given no ffmpeg, which would open addresses by itself.
    ...['--ffmpeg-location', `${settings.workDir}/none`],
    // Last, so that nothing of the operator's leads round the guard.
    ...['--proxy', settings.proxyUrl],
  ];
}

/** yt-dlp 2025.11.12 made JavaScript runtimes a setting (its release notes). */
export function knowsJsRuntimes(version: string | null): boolean {
  return version !== null && version >= '2025.11';
}

/** yt-dlp 2024.04.09 brought `--impersonate` (its release notes). */
export function knowsImpersonation(version: string | null): boolean {
  return version !== null && version >= '2024.04.09';
}
