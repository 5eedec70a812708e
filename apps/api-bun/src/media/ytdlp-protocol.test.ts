import { describe, expect, test } from 'bun:test';
import { DestilaError } from '@destila/contracts';
import {
  audioArguments,
  captionArguments,
  chooseCaptions,
  classifyFailure,
  describeArguments,
  knowsJsRuntimes,
  type OnlineVideo,
  parseDescription,
  parseProgress,
  splitArguments,
  type YtdlpSettings,
} from './ytdlp-protocol.ts';

const settings: YtdlpSettings = {
  version: '2026.08.19',
  proxyUrl: 'http://guard:secret@127.0.0.1:9',
  cookies: null,
  extraArguments: null,
  workDir: '/work-dir',
  bun: '/bin/bun',
};

describe('what yt-dlp is told', () => {
  test('the address comes after --, so that it is never an option', () => {
    expect(describeArguments('--exec=reboot', settings).slice(-2)).toEqual(['--', '--exec=reboot']);
  });

  test('the guard comes after whatever the operator says', () => {
    const args = describeArguments('https://a.test', { ...settings, extraArguments: '--proxy http://mine -4' });
    expect(args.lastIndexOf('--proxy')).toBeGreaterThan(args.indexOf('-4'));
    expect(args[args.lastIndexOf('--proxy') + 1]).toBe(settings.proxyUrl);
  });

  test('a JavaScript runtime only where the version knows the flag', () => {
    expect(describeArguments('https://a.test', settings)).toContain('bun:/bin/bun');
    const old = { ...settings, version: '2023.03.04' };
    expect(describeArguments('https://a.test', old)).not.toContain('--js-runtimes');
    expect([null, '2025.10.22', '2025.11.12', '2026.01.01'].map(knowsJsRuntimes)).toEqual([false, false, true, true]);
  });

  test('cookies, the kind of captions, the size limit', () => {
    const cookies = { ...settings, cookies: '/work-dir/cookies.txt' };
    expect(audioArguments('info.json', 5_000, cookies).join(' ')).toContain('--cookies /work-dir/cookies.txt');
    expect(audioArguments('info.json', 5_000, settings).join(' ')).toContain('--max-filesize 5000');
    const track = { key: 'es', language: 'es', kind: 'automatic' } as const;
    expect(captionArguments('info.json', track, settings).join(' ')).toContain('--write-auto-subs --sub-langs es');
    const authored = { ...track, kind: 'authored' } as const;
    expect(captionArguments('info.json', authored, settings).join(' ')).toContain('--write-subs --sub-langs es');
  });

  test("the operator's line is split at spaces outside quotes", () => {
    expect(splitArguments(`-4  --user-agent "My Agent" --add-header='A: b c'`)).toEqual([
      '-4',
      '--user-agent',
      'My Agent',
      '--add-header=A: b c',
    ]);
    expect(splitArguments('')).toEqual([]);
  });
});

describe('what yt-dlp says of a video', () => {
  const info = {
    title: 'La memoria',
    uploader: 'Canal',
    duration: 61.5,
    language: 'es-ES',
    thumbnail: 'https://i.test/a.webp',
    live_status: 'not_live',
    chapters: [{ title: 'Uno', start_time: 0, end_time: 61.5 }],
    subtitles: { en: [{ ext: 'vtt' }], live_chat: [{ ext: 'json' }], 'x;y': [{ ext: 'vtt' }] },
    automatic_captions: { 'es-orig': [{ ext: 'json3' }, { ext: 'vtt' }], de: [{ ext: 'vtt' }] },
  };

  test('becomes what we keep', () => {
    expect(parseDescription(`${JSON.stringify(info)}\n`)).toEqual({
      title: 'La memoria',
      channel: 'Canal',
      duration: 61.5,
      language: 'es-ES',
      thumbnail: 'https://i.test/a.webp',
      chapters: [{ title: 'Uno', start: 0, end: 61.5 }],
      captions: [
        { key: 'en', language: 'en', kind: 'authored' },
        { key: 'es-orig', language: 'es', kind: 'automatic' },
        { key: 'de', language: 'de', kind: 'automatic' },
      ],
    });
  });

  test('may be nearly nothing', () => {
    expect(parseDescription('{"id":"a","title":null,"chapters":null}')).toMatchObject({ title: null, captions: [] });
  });

  test.each([
    [JSON.stringify({ ...info, is_live: true }), 'live_stream'],
    [JSON.stringify({ ...info, live_status: 'is_upcoming' }), 'live_stream'],
    [`${JSON.stringify(info)}\n${JSON.stringify(info)}\n`, 'not_a_video'],
    ['', 'ytdlp_failed'],
    ['{"title":', 'ytdlp_failed'],
    ['{"duration":"long"}', 'ytdlp_failed'],
  ])('%p ends with %p', (stdout, code) => {
    expect(() => parseDescription(stdout)).toThrow(expect.objectContaining({ code }));
  });
});

describe('the captions that are taken', () => {
  const video = (language: string | null, ...captions: string[]): OnlineVideo => ({
    title: null,
    channel: null,
    duration: null,
    language,
    thumbnail: null,
    chapters: [],
    captions: captions.map((caption) => {
      const [key = '', kind] = caption.split(' ');
      return { key, language: key.replace('-orig', ''), kind: kind === 'authored' ? 'authored' : 'automatic' };
    }),
  });

  test.each([
    ['authored before automatic', video('es', 'es automatic', 'en authored'), 'es', 'en'],
    ['the wanted language', video('en', 'en authored', 'es authored'), 'es', 'es'],
    ["else the video's", video('en', 'fr authored', 'en authored'), 'es', 'en'],
    ['the original among automatic translations', video('en', 'es automatic', 'en-orig automatic'), 'es', 'en-orig'],
    ["automatic ones in the video's language", video('en', 'es automatic', 'en automatic'), 'es', 'en'],
    ['the only ones there are', video(null, 'en automatic'), 'es', 'en'],
    ['no translation of unknown origin', video(null, 'es automatic', 'en automatic'), 'es', undefined],
    ['none where there are none', video('es'), 'es', undefined],
  ])('%s', (_title, source, wanted, key) => {
    expect(chooseCaptions(source, wanted)?.key).toBe(key);
  });
});

test('progress is read with and without a known size', () => {
  expect(parseProgress('bytes 1024 of 4096 or NA')).toEqual({ bytes: 1024, total: 4096 });
  expect(parseProgress('bytes 1024 of NA or 5000.5')).toEqual({ bytes: 1024, total: 5000.5 });
  expect(parseProgress('bytes 1024 of NA or NA')).toEqual({ bytes: 1024, total: null });
  expect(parseProgress('[download] Destination: a')).toBeNull();
});

test.each([
  ['ERROR: Unsupported URL: https://a.test/', 'not_a_video'],
  ['ERROR: [youtube] x: Private video. Sign in if you have been granted access to this video', 'source_forbidden'],
  ['ERROR: [youtube] x: Sign in to confirm you’re not a bot. Use --cookies', 'source_forbidden'],
  ['ERROR: [youtube] x: Video unavailable. This video has been removed by the uploader', 'source_not_found'],
  ['ERROR: [youtube] x: The uploader has not made this video available in your country', 'source_forbidden'],
  ['ERROR: [youtube] x: This live event will begin in 3 hours.', 'live_stream'],
  ['ERROR: [generic] Unable to download webpage: HTTP Error 404: Not Found', 'source_not_found'],
  ['ERROR: unable to download video data: HTTP Error 403: Forbidden', 'source_forbidden'],
  ['ERROR: [youtube] x: HTTP Error 429: Too Many Requests', 'rate_limited'],
  ['ERROR: [generic] HTTP Error 503: Service Unavailable', 'source_unavailable'],
  ['ERROR: [vimeo] 1: Unable to download JSON metadata: The read operation timed out', 'network'],
  ['ERROR: unable to write data: [Errno 28] No space left on device', 'disk_full'],
  ['WARNING: HTTP Error 404\nERROR: [x] y: Something nobody has seen yet', 'ytdlp_failed'],
  ['Traceback (most recent call last):', 'ytdlp_failed'],
])('%p means %p', (stderr, code) => {
  const error = classifyFailure(stderr);
  expect(error).toBeInstanceOf(DestilaError);
  expect<string>(error.code).toBe(code);
});
