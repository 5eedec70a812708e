import { DestilaError, type ErrorCode } from '@destila/contracts';

/** What a failure's meaning depends on beside its words. */
export interface FailureContext {
  /** As `yt-dlp --version` says, which is a date: `2026.08.19`. */
  version: string | null;
  /** Milliseconds since 1970. */
  now?: number;
}

/**
 * What yt-dlp's standard error means: its errors or, where it went on without them, its warnings. It has no exit codes to tell
 * failures apart, only sentences. `ytdlp_failed` for one we do not know; `ytdlp_outdated` where an update is likely to help.
 */
export function classifyFailure(stderr: string, { version, now = Date.now() }: FailureContext): DestilaError {
  const detail = (linesOf(stderr, 'ERROR') || linesOf(stderr, 'WARNING') || stderr.trim()).slice(0, 4000);
  const words = withoutNames(detail);
  const code = FAILURES.find(([, pattern]) => pattern.test(words))?.[0] ?? 'ytdlp_failed';
  if (MENDED_BY_UPDATES.has(code) && isOld(version, now)) return new DestilaError('ytdlp_outdated', { detail });
  return new DestilaError(code, { detail, retryAfterSeconds: LOOK_AGAIN_AFTER[code] });
}

/** Seconds after which a stream may be over, or a site that named no time may answer again. */
export const LOOK_AGAIN_AFTER: Partial<Record<ErrorCode, number>> = {
  live_stream: 30 * 60,
  upcoming: 30 * 60,
  rate_limited: 15 * 60,
};

/** A stream that is on now; what there is of it is a fragment. */
export function liveStream(): DestilaError {
  return new DestilaError('live_stream', { retryAfterSeconds: LOOK_AGAIN_AFTER.live_stream });
}

/** With the lines that a message goes on in. */
function linesOf(stderr: string, level: 'ERROR' | 'WARNING'): string {
  const messages = stderr.split(/^(?=(?:ERROR|WARNING):)/m);
  return messages
    .filter((message) => message.startsWith(`${level}:`))
    .join('')
    .trim();
}

/** Without what others named: an address, an id or a quoted title may hold any word at all. */
function withoutNames(text: string): string {
  return text
    .replace(/https?:\/\/\S+/g, '')
    .replace(/"[^"\n]*"/g, '""')
    .replace(/^(\w+: (?:\[[^\]]*\] )?)[^\s:]+: /gm, '$1')
    .replace(/’/g, "'");
}

/** yt-dlp has a release about once a month; what an older one fails at is likelier its age than the video. */
const OLD_AFTER = 60 * 24 * 60 * 60 * 1000;
const MENDED_BY_UPDATES: ReadonlySet<ErrorCode> = new Set(['ytdlp_failed', 'no_formats']);

function isOld(version: string | null, now: number): boolean {
  const released = version?.match(/^\d{4}\.\d\d\.\d\d/)?.[0].replaceAll('.', '-');
  return released !== undefined && now - Date.parse(released) > OLD_AFTER;
}

/**
 * Words of yt-dlp and of the sites it quotes, the narrower before the wider: "Private video. Sign in if …" is private before
 * it wants a sign-in. The test has whole sentences, with where they come from.
 */
const FAILURES: [ErrorCode, RegExp][] = [
  // This machine and its settings.
  ['disk_full', /no space left on device|disk quota exceeded/i],
  ['cookies_unreadable', /netscape format/i],
  ['impersonation_needed', /requires browser impersonation|anti-bot challenge/i],
  ['ytdlp_misconfigured', /^\S+: error: |impersonate target .* is not available/im],

  // Not now.
  ['upcoming', /live event (will begin|is scheduled)|event will start|premieres? (in|on|will)|offline; scheduled/i],
  ['upcoming', /not (yet )?started|not (yet available|available yet)|available (shortly|after)/i],
  ['upcoming', /processing this video|video is processing|not downloadable yet/i],
  ['not_a_video', /(not|isn't) (currently )?live\b|is (currently )?offline/i],
  ['live_stream', /\b(is|currently) live\b/i],

  // Not this visitor.
  ['bot_check', /not a bot|captcha|ip address is (blocked|unable)/i],
  ['rate_limited', /rate.limited( by|\.)|exceeded the rate limit|HTTP Error 429|too many requests/i],
  ['geo_blocked', /geo.?restrict|geo.?block|available in \w+ only|only available in/i],
  ['geo_blocked', /(in|from|for) (your|this) (current )?(country|region|location|territory|area)/i],
  ['drm_protected', /\bDRM\b/],
  ['age_restricted', /confirm your age|age.?restrict|age.?(verif|gate)|\badult\b|\bNSFW\b|sensitive content/i],
  ['members_only', /members.only|for (premium )?members|channel's members|supporter.only|\bVIP\b/i],
  ['members_only', /premium (users|subscri|members|video)|(requires?|for|appropriate) (a )?subscri(ption|ber)/i],
  ['members_only', /not subscribed|requires payment|is paid|purchase|\btickets?\b/i],
  ['private_video', /\bprivate\b|protected tweet|password/i],
  ['sign_in_required', /\blog(ged)?.?in\b|sign in|registered users|authentication|account is needed/i],
  ['sign_in_required', /cookies .*needed|(not|doesn't) have access|not authorized/i],

  // Not there.
  ['unsupported_site', /unsupported URL|no suitable extractor|website is (not|no longer) supported/i],
  ['no_formats', /format is not available|no (video )?formats|only images are available/i],
  ['ytdlp_failed', /not available on this app|downloaded file is empty/i],
  ['video_removed', /(has|have) been (removed|deleted|terminated)|has closed|was deleted/i],
  ['video_removed', /no longer (available|exists)|livestream has ended|ended and replay|most likely expired/i],
  ['video_removed', /blocked it on copyright|offline because of copyright|recording is not available/i],
  ['video_removed', /(video|media|content|clip|tweet) (#\d+ )?(is |isn't |not )?(currently )?(un|not )?available/i],
  ['source_not_found', /HTTP Error (404|410)|does not exist|(channel|track|space|page|podcast) not found/i],
  ['not_a_video', /\bno (supported )?(video|media|audio)|(does not|doesn't) (have|contain) (a|any)/i],

  // The way there. A refusal of the very address that the site has just handed out is a mood, not a ban.
  ['ytdlp_failed', /unable to download video data: HTTP Error 403/i],
  ['source_forbidden', /HTTP Error 40[13]/i],
  ['source_unavailable', /HTTP Error 5\d\d|service temporarily unavailable|error on server-side/i],
  ['network', /timed? ?out|unable to connect|failed to resolve|name or service|getaddrinfo|network is unreachable/i],
  [
    'network',
    /connection (refused|reset|aborted|broken)|remote end closed|bytes read|bytes, expected|content too short/i,
  ],
  ['network', /tunnel connection failed|\bSSL\b/i],
];
