import { describe, expect, test } from 'bun:test';
import { ERRORS, type ErrorCode } from '@destila/contracts';
import fc from 'fast-check';
import { classifyFailure, type FailureContext } from './ytdlp-failures.ts';

const NOW = Date.parse('2026-08-20T00:00:00Z');
const recent: FailureContext = { version: '2026.08.19', now: NOW };
const old: FailureContext = { version: '2023.03.04', now: NOW };
const codeOf = (stderr: string, context = recent): ErrorCode => classifyFailure(stderr, context).code;

const HINT =
  'Use --cookies-from-browser or --cookies for the authentication. See  https://github.com/yt-dlp/yt-dlp/wiki/FAQ#how-do-i-pass-cookies-to-yt-dlp  for how to manually pass cookies';
const BUG =
  '; please report this issue on  https://github.com/yt-dlp/yt-dlp/issues?q= , filling out the appropriate issue template. Confirm you are on the latest version using  yt-dlp -U';

/**
 * What yt-dlp prints, with where it comes from: a file of its `yt_dlp/` (2026.08.19), an issue of its tracker, or
 * "server" for what a site itself says and yt-dlp passes on, as quoted in its tracker.
 */
const SENTENCES: [ErrorCode, stderr: string, source: string][] = [
  // Private.
  [
    'private_video',
    `ERROR: [youtube] dQw4w9WgXcQ: Private video. Sign in if you've been granted access to this video. ${HINT}`,
    'youtube, server',
  ],
  ['private_video', 'ERROR: [youtube] dQw4w9WgXcQ: Video unavailable. This video is private', 'youtube, server'],
  [
    'private_video',
    'ERROR: [dailymotion] x1: Private video. Login if you have permissions to watch',
    'extractor, raise_login_required',
  ],
  ['private_video', 'ERROR: [rumble] v1: This VOD is private', 'extractor'],
  [
    'private_video',
    'ERROR: [twitter] 1: You are not authorized to view this protected tweet. Use --cookies',
    'extractor/twitter.py',
  ],
  [
    'private_video',
    `ERROR: [Reddit] a: Private subreddit; an account that has been approved is required. ${HINT}`,
    'extractor/reddit.py',
  ],
  [
    'private_video',
    'ERROR: [vimeo] 1: This video is protected by a password, use the --video-password option',
    'extractor/vimeo.py',
  ],
  // Deleted.
  ['video_removed', 'ERROR: [youtube] dQw4w9WgXcQ: Video unavailable', 'youtube, server'],
  [
    'video_removed',
    'ERROR: [youtube] dQw4w9WgXcQ: Video unavailable. This video has been removed by the uploader',
    'youtube, server',
  ],
  [
    'video_removed',
    'ERROR: [youtube] a: Video unavailable. This video is no longer available because the YouTube account associated with this video has been terminated.',
    'youtube, server',
  ],
  [
    'video_removed',
    'ERROR: [youtube] a: Video unavailable. This video is no longer available because the uploader has closed their YouTube account.',
    'youtube, server',
  ],
  [
    'video_removed',
    "ERROR: [youtube] a: This video has been removed for violating YouTube's policy on hate speech.",
    'extractor/youtube/_video.py, tests',
  ],
  [
    'video_removed',
    'ERROR: [youtube] a: Video unavailable. This video is no longer available due to a copyright claim by SME',
    'youtube, server',
  ],
  ['video_removed', 'ERROR: [youtube] a: This live stream recording is not available.', 'youtube, server'],
  ['video_removed', 'ERROR: [rtve.es:alacarta] a: The video is no longer available', 'extractor/rtve.py'],
  ['video_removed', 'ERROR: [twitter:broadcast] a: Broadcast no longer exists', 'extractor/twitter.py'],
  ['video_removed', 'ERROR: [twitter:spaces] a: Twitter Space ended and replay is disabled', 'extractor/twitter.py'],
  ['video_removed', 'ERROR: [TikTok] 7: Video not available, status code 10204', 'extractor/tiktok.py'],
  ['video_removed', 'ERROR: [tiktok:live] a: This livestream has ended', 'extractor/tiktok.py'],
  // Age.
  [
    'age_restricted',
    `ERROR: [youtube] a: Sign in to confirm your age. This video may be inappropriate for some users. ${HINT}`,
    'youtube, server',
  ],
  ['age_restricted', `ERROR: [twitter] 1: NSFW tweet requires authentication. ${HINT}`, 'extractor/twitter.py'],
  [
    'age_restricted',
    'ERROR: [niconico:live] lv1: Login is required to access age-restricted content',
    'extractor/niconico.py',
  ],
  [
    'age_restricted',
    'ERROR: [npo] a: This video is only available for age verified users or after 22:00',
    'extractor, raise_login_required',
  ],
  [
    'age_restricted',
    'ERROR: [afreecatv] a: Adult verification is required for this stream',
    'extractor, raise_login_required',
  ],
  // Members, buyers.
  [
    'members_only',
    'ERROR: [youtube] 9iVcXphPVaM: Join this channel to get access to members-only content like this video, and other exclusive perks.',
    'issue 14949',
  ],
  [
    'members_only',
    "ERROR: [youtube] 9iVcXphPVaM: This video is available to this channel's members on level: Assistant (or any higher level). Join this channel to get access to members-only content and other exclusive perks.",
    'issue 14949',
  ],
  ['members_only', 'ERROR: [youtube] a: This video requires payment to watch.', 'youtube, server'],
  ['members_only', 'ERROR: [youtube] a: This video is only available to Music Premium members', 'youtube, server'],
  ['members_only', `ERROR: [BiliBili] BV1: This video is for premium members only. ${HINT}`, 'extractor/bilibili.py'],
  ['members_only', 'ERROR: [BiliBili] BV1: This is a supporter-only video: 充电', 'extractor/bilibili.py'],
  ['members_only', 'ERROR: [nebula] a: This video requires a subscription', 'extractor, raise_login_required'],
  [
    'members_only',
    `ERROR: [BilibiliCheese] a: You need to purchase the course to download this episode. ${HINT}`,
    'extractor/bilibili.py',
  ],
  // Sign-in.
  [
    'sign_in_required',
    `ERROR: [Instagram] DMiGcwLok9U: Requested content is not available, rate-limit reached or login required. ${HINT}`,
    'issue 11166',
  ],
  [
    'sign_in_required',
    `ERROR: [instagram:story] a: You need to log in to access this content. ${HINT}`,
    'extractor/instagram.py',
  ],
  [
    'sign_in_required',
    `ERROR: [facebook] 1: This video is only available for registered users. ${HINT}`,
    'extractor/common.py',
  ],
  ['sign_in_required', `ERROR: [vimeo] 1: The web client only works when logged-in. ${HINT}`, 'extractor/vimeo.py'],
  ['sign_in_required', 'ERROR: [patreon] 1: You do not have access to this post', 'extractor/patreon.py'],
  // Country.
  [
    'geo_blocked',
    'ERROR: [youtube] a: The uploader has not made this video available in your country',
    'extractor/youtube/_video.py',
  ],
  [
    'geo_blocked',
    'ERROR: [youtube] a: Video unavailable. This video contains content from SME, who has blocked it in your country on copyright grounds',
    'youtube, server',
  ],
  [
    'geo_blocked',
    'ERROR: [bbc.co.uk] a: This video is not available from your location due to geo restriction',
    'extractor/common.py',
  ],
  [
    'geo_blocked',
    'ERROR: [ArteTV] a: This video is not available in this country',
    'extractor/arte.py, wording varies',
  ],
  ['geo_blocked', 'ERROR: [4gtv] a: This video is available in Taiwan only', 'extractor, raise_geo_restricted'],
  [
    'geo_blocked',
    'ERROR: [soundcloud] 1: Track unavailable in your country due to licensing restrictions',
    'extractor',
  ],
  ['geo_blocked', 'ERROR: [netease] 1: This song is blocked in this region', 'extractor'],
  // A robot.
  ['bot_check', `ERROR: [youtube] a: Sign in to confirm you’re not a bot. ${HINT}`, 'youtube, server'],
  [
    'bot_check',
    `ERROR: [youtube] a: Sign in to confirm you're not a bot. This helps protect our community. ${HINT}`,
    'youtube, server',
  ],
  [
    'bot_check',
    'ERROR: [youtube] a: Video unavailable. YouTube is requiring a captcha challenge before playback',
    'extractor/youtube/_video.py',
  ],
  ['bot_check', 'ERROR: [TikTok] 7: Your IP address is blocked from accessing this post', 'extractor/tiktok.py'],
  ['bot_check', 'ERROR: [Reddit] a: Your IP address is unable to access the Reddit API', 'extractor/reddit.py'],
  [
    'impersonation_needed',
    'ERROR: [generic] Got HTTP Error 403 caused by Cloudflare anti-bot challenge; try again with  --extractor-args "generic:impersonate"',
    'extractor/generic.py',
  ],
  [
    'impersonation_needed',
    'ERROR: [vimeo] 1: Impersonate target "" is not available. See --list-impersonate-targets for available targets. This request requires browser impersonation, however you may be missing dependencies required to support this target.',
    'YoutubeDL.py',
  ],
  // Too fast.
  [
    'rate_limited',
    "ERROR: [youtube] a: Video unavailable. This content isn't available, try again later. The current session has been rate-limited by YouTube for up to an hour. It is recommended to use `-t sleep` to add a delay",
    'extractor/youtube/_video.py',
  ],
  [
    'rate_limited',
    'ERROR: [youtube] a: Unable to download webpage: HTTP Error 429: Too Many Requests (caused by <HTTPError 429: Too Many Requests>)',
    'networking/exceptions.py',
  ],
  ['rate_limited', 'ERROR: [BiliBili] a: You have exceeded the rate limit. Try again later', 'extractor/bilibili.py'],
  ['rate_limited', 'ERROR: [niconico] a: You are rate-limited. Try again later.', 'extractor'],
  // Not now.
  ['upcoming', 'ERROR: [youtube] a: This live event will begin in 3 hours.', 'youtube, server'],
  ['upcoming', 'ERROR: [youtube] a: This live event will begin in a few moments.', 'youtube, server'],
  ['upcoming', 'ERROR: [youtube] a: Premieres in 45 minutes', 'issue 782'],
  ['upcoming', 'ERROR: [youtube] a: Premiere will begin shortly', 'youtube, server'],
  ['upcoming', "ERROR: [youtube] a: We're processing this video. Check back later.", 'youtube, server'],
  ['upcoming', 'ERROR: [vimeo:event] 1: This live event is scheduled for 2026-09-01 18:00:00', 'extractor/vimeo.py'],
  ['upcoming', 'ERROR: [twitter:broadcast] a: This live broadcast has not yet started', 'extractor/twitter.py'],
  ['upcoming', 'ERROR: [twitter:spaces] a: Twitter Space ended but not downloadable yet', 'extractor/twitter.py'],
  ['upcoming', 'ERROR: [Reddit] a: This video is processing', 'extractor/reddit.py'],
  ['upcoming', 'ERROR: [rokfin:post] a: Stream is offline; scheduled for 2026-09-01 18:00:00', 'extractor/rokfin.py'],
  ['not_a_video', 'ERROR: [twitch:stream] somebody: The channel is not currently live', 'utils/_utils.py'],
  // No video.
  ['not_a_video', 'ERROR: [twitter] 1: No video could be found in this tweet', 'extractor/twitter.py'],
  ['not_a_video', 'ERROR: [Instagram] a: There is no video in this post', 'extractor/instagram.py'],
  ['not_a_video', "ERROR: [rtve.es:television] a: The webpage doesn't contain any video", 'extractor/rtve.py'],
  ['not_a_video', 'ERROR: [patreon] 1: No supported media found in this post', 'extractor/patreon.py'],
  ['unsupported_site', 'ERROR: Unsupported URL: https://example.com/', 'utils/_utils.py'],
  [
    'unsupported_site',
    'ERROR: [piracy] This website is no longer supported since it has been determined to be primarily used for piracy.\nDO NOT open issues for it',
    'extractor/unsupported.py',
  ],
  [
    'unsupported_site',
    'ERROR: [liability] This website is not supported and will not be supported.\nDO NOT open issues for it',
    'extractor/unsupported.py',
  ],
  ['drm_protected', 'ERROR: [youtube] a: This video is DRM protected', 'extractor/common.py'],
  [
    'drm_protected',
    'ERROR: [DRM] The requested site is known to use DRM protection. It will NOT be supported.\nPlease DO NOT open an issue, unless you have evidence that the video is not DRM protected',
    'extractor/unsupported.py',
  ],
  [
    'no_formats',
    'ERROR: [youtube] a: Requested format is not available. Use --list-formats for a list of available formats',
    'YoutubeDL.py',
  ],
  ['no_formats', `ERROR: [vk] 1: No video formats found!${BUG}`, 'YoutubeDL.py'],
  [
    'source_not_found',
    'ERROR: [generic] Unable to download webpage: HTTP Error 404: Not Found (caused by <HTTPError 404: Not Found>)',
    'networking/exceptions.py',
  ],
  ['source_not_found', 'ERROR: [twitch:vod] v1: Video v1 does not exist', 'extractor/twitch.py'],
  ['source_not_found', 'ERROR: [twitter:spaces] a: Twitter Space not found', 'extractor/twitter.py'],
  // The way.
  [
    'source_forbidden',
    'ERROR: [generic] Unable to download webpage: HTTP Error 403: Forbidden (caused by <HTTPError 403: Forbidden>)',
    'networking/exceptions.py',
  ],
  ['source_unavailable', 'ERROR: [niconico] sm1: Service temporarily unavailable', 'extractor/niconico.py'],
  [
    'source_unavailable',
    'ERROR: [generic] Unable to download webpage: HTTP Error 503: Service Unavailable',
    'networking/exceptions.py',
  ],
  [
    'network',
    "ERROR: [youtube] a: Unable to download API page: (<HTTPSConnection(host='www.youtube.com', port=443) at 0x1f0>, 'Connection to www.youtube.com timed out. (connect timeout=20.0)')",
    'issue 17671',
  ],
  [
    'network',
    'ERROR: [youtube] a: Unable to download API page: <urlopen error [Errno -2] Name or service not known>',
    'networking/_urllib.py',
  ],
  [
    'network',
    "ERROR: [generic] Unable to download webpage: ('Unable to connect to proxy', OSError('Tunnel connection failed: 502 Bad Gateway'))",
    'networking/_requests.py',
  ],
  [
    'network',
    "ERROR: unable to download video data: ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))",
    'issue 12814',
  ],
  ['network', 'ERROR: content too short (expected 1000 bytes and served 400)', 'YoutubeDL.py'],
  [
    'network',
    'ERROR: [generic] Unable to download webpage: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired',
    'networking/_helper.py',
  ],
  ['ytdlp_failed', 'ERROR: unable to download video data: HTTP Error 403: Forbidden', 'YoutubeDL.py'],
  [
    'ytdlp_failed',
    'ERROR: [youtube] a: The following content is not available on this app. Watch on the latest version of YouTube.',
    'youtube, server',
  ],
  ['ytdlp_failed', `ERROR: [youtube] a: Failed to extract any player response${BUG}`, 'extractor/youtube/_video.py'],
  ['ytdlp_failed', `ERROR: [TikTok] 7: Unable to extract webpage video data${BUG}`, 'extractor/tiktok.py'],
  ['ytdlp_failed', 'ERROR: [youtube] a: The page needs to be reloaded.', 'youtube, server'],
  ['ytdlp_failed', 'Traceback (most recent call last):\nKeyError: 0', 'Python'],
  // This machine.
  ['disk_full', 'ERROR: unable to write data: [Errno 28] No space left on device', 'downloader/http.py'],
  [
    'cookies_unreadable',
    "ERROR: '/data/cookies.txt' does not look like a Netscape format cookies file",
    'http.cookiejar',
  ],
  [
    'ytdlp_misconfigured',
    'Usage: yt-dlp [OPTIONS] URL [URL...]\n\nyt-dlp: error: no such option: --made-up',
    'options.py',
  ],
  [
    'ytdlp_misconfigured',
    'yt-dlp: error: Impersonate target "chrome" is not available. Use --list-impersonate-targets to see available targets. You may be missing dependencies required to support this target.',
    'YoutubeDL.py',
  ],
];

describe('what yt-dlp says', () => {
  test.each(SENTENCES)('%s: %s (%s)', (code, stderr) => {
    expect(codeOf(stderr)).toBe(code);
  });

  test('every code is one that a person is told about, and none of the table is idle', () => {
    for (const [code] of SENTENCES) expect(Object.keys(ERRORS)).toContain(code);
    expect(new Set(SENTENCES.map(([code]) => code)).size).toBeGreaterThan(20);
  });

  test('warnings count only where there is no error', () => {
    expect(codeOf('WARNING: [youtube] a: Private video\nERROR: [youtube] a: Video unavailable')).toBe('video_removed');
    expect(codeOf('WARNING: [youtube] a: Private video\nDeprecated Feature: Python 3.9')).toBe('private_video');
  });

  test('an address, an id or a quoted title says nothing, whatever words it holds', () => {
    const words = [
      'private',
      'DRM',
      'not-a-bot',
      'HTTP%20Error%20429',
      'members-only',
      'NSFW',
      'geo-restricted',
      'is-live',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...words), fc.constantFrom(...words), (one, other) => {
        expect(codeOf(`ERROR: Unsupported URL: https://${one}.test/${other}?q=${one}`)).toBe('unsupported_site');
        expect(codeOf(`ERROR: [youtube] ${one}: Video unavailable`)).toBe('video_removed');
        expect(codeOf(`ERROR: [generic] a: Unable to extract "${one} ${other}"${BUG}`)).toBe('ytdlp_failed');
      }),
    );
  });

  test('no text takes long or throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => void codeOf(`ERROR: ${text}`)));
    expect(codeOf(`ERROR: ${'not available '.repeat(100_000)}`)).toBe('ytdlp_failed');
  });
});

describe('when to try again', () => {
  test('a stream is looked at every half hour, a rate limit is given a quarter', () => {
    expect(classifyFailure('ERROR: [a] b: This live event will begin in 3 hours.', recent).retryAfterSeconds).toBe(
      1800,
    );
    expect(classifyFailure('ERROR: [a] b: HTTP Error 429: Too Many Requests', recent).retryAfterSeconds).toBe(900);
    expect(classifyFailure('ERROR: [a] b: Video unavailable', recent).retryAfterSeconds).toBeUndefined();
  });
});

describe('an old yt-dlp', () => {
  test('is blamed for what it cannot read', () => {
    expect(codeOf(`ERROR: [youtube] a: Unable to extract uploader id${BUG}`, old)).toBe('ytdlp_outdated');
    expect(codeOf('ERROR: [youtube] a: Requested format is not available', old)).toBe('ytdlp_outdated');
    expect(codeOf('ERROR: unable to download video data: HTTP Error 403: Forbidden', old)).toBe('ytdlp_outdated');
  });

  test('is not blamed for what the site says', () => {
    expect(codeOf('ERROR: [youtube] a: Private video', old)).toBe('private_video');
    expect(codeOf('ERROR: [generic] a: Unable to connect', old)).toBe('network');
  });

  test('is one of more than sixty days; of an unknown version nothing is held', () => {
    const aged = (version: string | null) => codeOf('ERROR: [a] b: Odd', { version, now: NOW });
    expect(['2026.06.20', '2026.06.20.232845'].map(aged)).toEqual(['ytdlp_outdated', 'ytdlp_outdated']);
    expect(['2026.06.22', 'custom', null].map(aged)).toEqual(['ytdlp_failed', 'ytdlp_failed', 'ytdlp_failed']);
  });
});
