import { type Finding, finding } from '@destila/contracts';
import type { Program } from '../../media/media-programs.ts';
import { knowsImpersonation, knowsJsRuntimes } from '../../media/ytdlp-arguments.ts';
import type { YtdlpProgram, YtdlpState } from '../../media/ytdlp-program.ts';

const DAY = 86_400_000;
/** Days after which the large sites have mostly changed more than a yt-dlp understands: it is released monthly or oftener. */
const OLD = 60;

/** @param configured what `YTDLP_PATH` says */
export async function checkYtdlp(ytdlp: YtdlpProgram, configured: string | undefined, now: Date): Promise<Finding> {
  const state = await ytdlp.look();
  if (state) return describeYtdlp(state, now);
  return configured ? finding('ytdlp_unusable', { path: configured }) : finding('ytdlp_on_demand', {});
}

function describeYtdlp(state: YtdlpState, now: Date): Finding {
  const { path } = state;
  const version = state.version ?? '?';
  const days = daysSince(version, now);
  if (days > OLD) return finding(state.managed ? 'ytdlp_stale' : 'ytdlp_old', { version, days, path });
  if (state.managed) return finding('ytdlp_managed', { version, checked: state.checkedAt });
  return finding('ytdlp_fresh', { version, path });
}

/** Of the day that a version of yt-dlp is named by (`2026.08.19`); 0 for one that is named otherwise. */
function daysSince(version: string, now: Date): number {
  const [, year, month, day] = /^(\d{4})\.(\d{1,2})\.(\d{1,2})/.exec(version) ?? [];
  if (!year || !month || !day) return 0;
  return Math.floor((now.getTime() - Date.UTC(Number(year), Number(month) - 1, Number(day))) / DAY);
}

export async function checkJavascript(ytdlp: YtdlpProgram): Promise<Finding> {
  const state = await ytdlp.look();
  if (!state || knowsJsRuntimes(state.version)) return finding('javascript_ready', { version: Bun.version });
  return finding('javascript_unused', { ytdlp: state.version ?? '?' });
}

/** @param browser what `YTDLP_IMPERSONATE` says */
export async function checkImpersonation(ytdlp: YtdlpProgram, browser: string | undefined): Promise<Finding | null> {
  if (browser === undefined) return null;
  const state = await ytdlp.look();
  if (!state || knowsImpersonation(state.version)) return finding('impersonation_used', { browser });
  return finding('impersonation_unused', { ytdlp: state.version ?? '?', browser });
}

export async function checkProgram(
  program: Program | null,
  absent: 'ffmpeg_absent' | 'ffprobe_absent',
): Promise<Finding> {
  if (!program) return finding(absent, {});
  return finding('program_found', { version: program.version ?? '?', path: program.path });
}
