import { describe, expect, test } from 'bun:test';
import { knowsImpersonation, knowsJsRuntimes, type YtdlpSettings } from './ytdlp-arguments.ts';
import {
  audioArguments,
  captionArguments,
  chooseCaptions,
  describeArguments,
  type OnlineVideo,
  parseDescription,
  parseProgress,
} from './ytdlp-protocol.ts';

const settings: YtdlpSettings = {
  version: '2026.08.19',
  proxyUrl: 'http://guard:secret@127.0.0.1:9',
  answerDeadline: 30,
  cookies: null,
  rateLimit: null,
  impersonate: null,
  extraArguments: [],
  workDir: '/work-dir',
  bun: '/bin/bun',
};

describe('what yt-dlp is told', () => {
  test('the address comes after --, so that it is never an option', () => {
    expect(describeArguments('--exec=reboot', settings).slice(-2)).toEqual(['--', '--exec=reboot']);
  });

  test('the guard comes after whatever the operator says', () => {
    const args = describeArguments('https://a.test', { ...settings, extraArguments: ['--proxy', 'http://mine', '-4'] });
    expect(args.lastIndexOf('--proxy')).toBeGreaterThan(args.indexOf('-4'));
    expect(args[args.lastIndexOf('--proxy') + 1]).toBe(settings.proxyUrl);
  });

  test('a JavaScript runtime only where the version knows the flag', () => {
    expect(describeArguments('https://a.test', settings)).toContain('bun:/bin/bun');
    const old = { ...settings, version: '2023.03.04' };
    expect(describeArguments('https://a.test', old)).not.toContain('--js-runtimes');
    expect([null, '2025.10.22', '2025.11.12', '2026.01.01'].map(knowsJsRuntimes)).toEqual([false, false, true, true]);
  });

  test('a browser to pass for only where the version knows the flag', () => {
    const chrome = { ...settings, impersonate: 'chrome' };
    expect(describeArguments('https://a.test', chrome).join(' ')).toContain('--impersonate chrome');
    expect(describeArguments('https://a.test', settings)).not.toContain('--impersonate');
    expect(describeArguments('https://a.test', { ...chrome, version: '2023.03.04' })).not.toContain('--impersonate');
    expect([null, '2024.03.10', '2024.04.09'].map(knowsImpersonation)).toEqual([false, false, true]);
  });

  test('cookies, the speed limit and the kind of captions', () => {
    const chosen = { ...settings, cookies: '/work-dir/cookies.txt', rateLimit: 2_000_000 };
    expect(audioArguments('info.json', chosen).join(' ')).toContain(
      '--cookies /work-dir/cookies.txt --limit-rate 2000000',
    );
    expect(audioArguments('info.json', settings).join(' ')).not.toMatch(/--cookies|--limit-rate/);
    const track = { key: 'es', language: 'es', kind: 'automatic' } as const;
    expect(captionArguments('info.json', track, settings).join(' ')).toContain('--write-auto-subs --sub-langs es');
    const authored = { ...track, kind: 'authored' } as const;
    expect(captionArguments('info.json', authored, settings).join(' ')).toContain('--write-subs --sub-langs es');
    expect(captionArguments('info.json', authored, settings)).toContain('vtt/srt/ttml/dfxp/json3');
    expect(captionArguments('info.json', track, settings)).toContain('json3/vtt/srt/ttml/dfxp');
  });
});

describe('what yt-dlp says of a video', () => {
  const info = {
    title: 'La memoria',
    uploader: 'Canal',
    duration: 61.5,
    language: 'es-ES',
    upload_date: '20240305',
    thumbnail: 'https://i.test/a.webp',
    live_status: 'not_live',
    chapters: [{ title: 'Uno', start_time: 0, end_time: 61.5 }],
    subtitles: { en: [{ ext: 'vtt' }], live_chat: [{ ext: 'json' }], 'x;y': [{ ext: 'vtt' }] },
    automatic_captions: { 'es-orig': [{ ext: 'json3' }, { ext: 'vtt' }], de: [{ ext: 'vtt' }] },
    formats: [{ url: 'https://i.test/a.m4a', protocol: 'https' }],
  };
  const context = { version: '2026.08.19', now: Date.parse('2026-08-20T12:00:00Z') };
  const describe = (stdout: string, stderr = '') => parseDescription({ stdout, stderr }, context);

  test('becomes what we keep', () => {
    expect(describe(`${JSON.stringify(info)}\n`)).toEqual({
      title: 'La memoria',
      channel: 'Canal',
      duration: 61.5,
      language: 'es-ES',
      published: '2024-03-05',
      thumbnail: 'https://i.test/a.webp',
      chapters: [{ title: 'Uno', start: 0, end: 61.5 }],
      captions: [
        { key: 'en', language: 'en', kind: 'authored' },
        { key: 'es-orig', language: 'es', kind: 'automatic' },
        { key: 'de', language: 'de', kind: 'automatic' },
      ],
      endlessPlaylist: null,
    });
  });

  test.each([
    [{ release_timestamp: 1_709_682_900, upload_date: '20240201' }, '2024-03-05'],
    [{ upload_date: '20240201', release_date: '19730301' }, '2024-02-01'],
    [{ upload_date: null, release_date: '19730301' }, '1973-03-01'],
    [{ upload_date: '2024' }, null],
    [{}, null],
  ])('%j was published on %p', (dates, day) => {
    expect(describe(JSON.stringify({ ...info, upload_date: null, ...dates })).published).toBe(day);
  });

  test('may be nearly nothing', () => {
    expect(describe('{"url":"https://a.test/a.mp3","title":null,"chapters":null}')).toMatchObject({ captions: [] });
  });

  test.each([
    [JSON.stringify({ ...info, is_live: true }), 'live_stream'],
    [JSON.stringify({ ...info, live_status: 'is_live' }), 'live_stream'],
    [JSON.stringify({ ...info, live_status: 'is_upcoming' }), 'upcoming'],
    [`${JSON.stringify(info)}\n${JSON.stringify(info)}\n`, 'several_videos'],
    ['', 'ytdlp_failed'],
    ['{"title":', 'ytdlp_failed'],
    ['{"duration":"long"}', 'ytdlp_failed'],
  ])('%p ends with %p', (stdout, code) => {
    expect(() => describe(stdout)).toThrow(expect.objectContaining({ code }));
  });

  const startsIn = (seconds: number) =>
    JSON.stringify({ live_status: 'is_upcoming', release_timestamp: context.now / 1000 + seconds, formats: [] });

  test('a stream that is announced is looked at again when it begins, one that is on when it may be over', () => {
    expect(() => describe(startsIn(5400))).toThrow(
      expect.objectContaining({ code: 'upcoming', retryAfterSeconds: 5400 }),
    );
    expect(() => describe(startsIn(-60))).toThrow(expect.objectContaining({ retryAfterSeconds: 1800 }));
    expect(() => describe('{"live_status":"is_upcoming"}')).toThrow(
      expect.objectContaining({ retryAfterSeconds: 1800 }),
    );
    expect(() => describe('{"is_live":true}')).toThrow(
      expect.objectContaining({ code: 'live_stream', retryAfterSeconds: 1800 }),
    );
  });

  test('a stream whose length nobody said may go on', () => {
    const formats = ['https', 'm3u8_native', 'm3u8_native'].map((protocol, index) => ({
      url: `https://a/${index}`,
      protocol,
    }));
    expect(describe(JSON.stringify({ formats })).endlessPlaylist).toBe('https://a/2');
    expect(describe(JSON.stringify({ formats, duration: 60 })).endlessPlaylist).toBeNull();
  });

  test('a recording of a stream that has ended is a video like another', () => {
    expect(describe(JSON.stringify({ ...info, live_status: 'was_live', is_live: false })).title).toBe('La memoria');
  });

  test('without formats its captions are enough', () => {
    expect(describe(JSON.stringify({ ...info, formats: [] })).captions).toHaveLength(3);
  });

  test.each([
    ['WARNING: [youtube] x: Private video. Sign in if you have been granted access', {}, 'private_video'],
    ['WARNING: [youtube] x: No video formats found!', {}, 'no_formats'],
    ['WARNING: [youtube] x: No video formats found!', { availability: 'subscriber_only' }, 'members_only'],
    ['WARNING: [a] x: This video is DRM protected', { availability: 'needs_auth' }, 'drm_protected'],
    ['', { availability: 'private' }, 'private_video'],
  ])('with neither, its warnings say why: %p %p is %p', (stderr, more, code) => {
    expect(() => describe(JSON.stringify({ formats: [], ...more }), stderr)).toThrow(expect.objectContaining({ code }));
  });
});

describe('the captions that are taken', () => {
  const video = (language: string | null, ...captions: string[]): OnlineVideo => ({
    title: null,
    channel: null,
    duration: null,
    language,
    published: null,
    thumbnail: null,
    chapters: [],
    endlessPlaylist: null,
    captions: captions.map((caption) => {
      const [key = '', kind] = caption.split(' ');
      return { key, language: key.replace('-orig', ''), kind: kind === 'authored' ? 'authored' : 'automatic' };
    }),
  });

  test.each([
    ['authored before automatic', video('es', 'es automatic', 'es authored'), 'es', 'es authored'],
    ['the wanted language', video('en', 'en authored', 'es-419 authored'), 'es', 'es-419 authored'],
    ["else the video's", video('en', 'fr authored', 'en authored'), 'es', 'en authored'],
    [
      "the video's own words before a translation of them",
      video('es', 'es automatic', 'fr authored'),
      'es',
      'es automatic',
    ],
    ['some authored ones where nothing else is known', video(null, 'fr authored', 'ja authored'), 'es', 'fr authored'],
    [
      'the original among automatic translations',
      video('en', 'es automatic', 'en-orig automatic'),
      'es',
      'en-orig automatic',
    ],
    ["automatic ones in the video's language", video('en-US', 'es automatic', 'en automatic'), 'es', 'en automatic'],
    ['the only ones there are', video(null, 'en automatic'), 'es', 'en automatic'],
    ['no translation of unknown origin', video(null, 'es automatic', 'en automatic'), 'es', undefined],
    ['none where there are none', video('es'), 'es', undefined],
  ])('%s', (_title, source, wanted, chosen) => {
    const track = chooseCaptions(source, wanted);
    expect(track ? `${track.key} ${track.kind}` : undefined).toBe(chosen);
  });
});

test('progress is read with and without a known size', () => {
  expect(parseProgress('bytes 1024 of 4096 or NA')).toEqual({ bytes: 1024, total: 4096, estimated: false });
  expect(parseProgress('bytes 1024 of NA or 5000.5')).toEqual({ bytes: 1024, total: 5000.5, estimated: true });
  expect(parseProgress('bytes 1024 of NA or NA')).toEqual({ bytes: 1024, total: null, estimated: true });
  expect(parseProgress('[download] Destination: a')).toBeNull();
});
