import { describe, expect, test } from 'bun:test';
import { DestilaError, MAX_URL_LENGTH } from '@destila/contracts';
import fc from 'fast-check';
import { isPublicAddress } from './public-address.ts';
import { isVideoPage, parseSubmittedUrl } from './source-url.ts';

const PUBLIC_ONLY = { allowPrivateNetwork: false };

function refusal(text: string, options = PUBLIC_ONLY): string {
  try {
    return `accepted ${parseSubmittedUrl(text, options).url}`;
  } catch (error) {
    return error instanceof DestilaError ? error.code : String(error);
  }
}

describe('what a person pastes', () => {
  test.each([
    '',
    'cats',
    'example.com/video',
    'http://',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://example.com/a.mp4',
    'upload:1/a.mp4',
    'https://user:secret@example.com/a.mp4',
  ])('%p is no valid address', (text) => {
    expect(refusal(text)).toBe('invalid_url');
  });

  test('an address of 10,000 characters is too long', () => {
    expect(refusal(`https://example.com/${'a'.repeat(10_000)}`)).toBe('url_too_long');
    expect(refusal(`https://example.com/${'a'.repeat(MAX_URL_LENGTH - 20)}`)).toStartWith('accepted');
  });

  test.each([
    'http://127.0.0.1',
    'http://127.0.0.1:3000/api/jobs',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.1.2.3',
    'http://192.168.1.1',
    'http://172.16.0.1',
    'http://100.64.0.1',
    'http://0.0.0.0',
    'http://0',
    'http://2130706433',
    'http://017700000001',
    'http://0x7f.1',
    'http://127.1',
    'http://127.0.0.1.',
    'http://①②⑦.0.0.1',
    'http://127。0。0。1',
    'http://localhost',
    'http://LOCALHOST.',
    'http://files.localhost',
    'http://[::]',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:a9fe:a9fe]',
    'http://[::127.0.0.1]',
    'http://[64:ff9b::7f00:1]',
    'http://[64:ff9b:1::7f00:1]',
    'http://[2002:7f00:1::]',
    'http://[fe80::1]',
    'http://[fd00::1]',
    'http://[fec0::1]',
  ])('%p is a private address', (text) => {
    expect(refusal(text)).toBe('private_address');
    expect(refusal(text, { allowPrivateNetwork: true })).toStartWith('accepted');
  });

  test.each([
    'https://example.com/a.mp4',
    'http://93.184.216.34/',
    'http://[2606:4700::1111]/',
    'http://[64:ff9b::808:808]/',
  ])('%p is accepted', (text) => {
    expect(refusal(text)).toStartWith('accepted');
  });
});

const key = (text: string) => parseSubmittedUrl(text, PUBLIC_ONLY).sourceKey;

/** Addresses that sites themselves give for one video: their pages, players, share buttons and apps. */
const SAME: [key: string, ...addresses: string[]][] = [
  [
    'youtube:dQw4w9WgXcQ',
    'https://www.youtube.com/watch?v=dQw4w9WgXcQ',
    'https://youtube.com/watch?list=PL1&v=dQw4w9WgXcQ&t=42s',
    'https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42',
    'https://www.youtube.com/watch?v=dQw4w9WgXcQ&pp=ygUEdGVzdA%3D%3D&ab_channel=Rick',
    'http://m.youtube.com/watch?v=dQw4w9WgXcQ&feature=youtu.be',
    'https://music.youtube.com/watch?v=dQw4w9WgXcQ&list=RDAMVM',
    'https://youtu.be/dQw4w9WgXcQ?si=abc&t=90',
    'https://www.youtube.com/shorts/dQw4w9WgXcQ',
    'https://www.youtube.com/live/dQw4w9WgXcQ?feature=share',
    'https://www.youtube.com/embed/dQw4w9WgXcQ?start=42&autoplay=1',
    'https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ',
    'https://www.youtube.com/watch/?v=dQw4w9WgXcQ#t=1m',
  ],
  [
    'vimeo:76979871',
    'https://vimeo.com/76979871',
    'https://www.vimeo.com/76979871/?share=copy#t=10s',
    'https://player.vimeo.com/video/76979871?h=8272103f6e&autoplay=1',
    'https://vimeo.com/76979871/8272103f6e',
    'https://vimeo.com/channels/staffpicks/76979871',
    'https://vimeo.com/groups/shortfilms/videos/76979871',
    'https://vimeo.com/showcase/123456/video/76979871',
  ],
  [
    'x:1577855540407197696',
    'https://twitter.com/oshtru/status/1577855540407197696',
    'https://x.com/oshtru/status/1577855540407197696?s=20&t=AbC',
    'https://mobile.twitter.com/i/web/status/1577855540407197696',
    'https://x.com/oshtru/status/1577855540407197696/video/1',
  ],
  [
    'tiktok:6742501081818877190',
    'https://www.tiktok.com/@patrox/video/6742501081818877190?is_from_webapp=1&sender_device=pc',
    'https://m.tiktok.com/v/6742501081818877190.html?u_code=1',
    'https://www.tiktok.com/embed/v2/6742501081818877190',
    'https://www.tiktok.com/player/v1/6742501081818877190',
  ],
  [
    'instagram:Chunk8-jurw',
    'https://www.instagram.com/reel/Chunk8-jurw/?igsh=abc',
    'https://www.instagram.com/reels/Chunk8-jurw/',
    'https://instagram.com/p/Chunk8-jurw',
    'https://www.instagram.com/somebody/reel/Chunk8-jurw/?utm_source=ig_web_copy_link',
  ],
  [
    'twitch:6528877',
    'https://www.twitch.tv/videos/6528877?t=5m10s',
    'https://m.twitch.tv/videos/6528877',
    'https://www.twitch.tv/riotgames/v/6528877',
    'https://www.twitch.tv/riotgames/video/6528877',
  ],
  [
    'dailymotion:x5kesuj',
    'https://www.dailymotion.com/video/x5kesuj_office-christmas-party_news',
    'https://dai.ly/x5kesuj',
    'https://www.dailymotion.com/embed/video/x5kesuj?start=10',
    'https://geo.dailymotion.com/player/xakln.html?video=x5kesuj',
  ],
  [
    'https://example.com/v.mp4?a=1&b=2',
    'https://example.com/v.mp4?a=1&b=2',
    'https://EXAMPLE.com:443/v.mp4?b=2&utm_source=x&fbclid=y&gclid=z&a=1#t=10',
    'https://example.com./v.mp4?t=90&b=2&a=1',
  ],
];

const DIFFERENT: string[][] = [
  ['https://example.com/v?id=1', 'https://example.com/v?id=2', 'https://example.com/V?id=1'],
  ['https://forum.test/showthread.php?t=1', 'https://forum.test/showthread.php?t=2'],
  ['https://app.test/#/video/1', 'https://app.test/#/video/2', 'https://app.test/#!/video/1'],
  ['https://x.com/a/status/1577855540407197696/video/1', 'https://x.com/a/status/1577855540407197696/video/2'],
  ['https://youtu.be/dQw4w9WgXcQ', 'https://youtu.be/dQw4w9WgXcq'],
  [
    'https://www.youtube.com/@somebody',
    'https://www.youtube.com/playlist?list=PL1',
    'https://www.youtube.com/playlist?list=PL2',
  ],
  ['https://www.instagram.com/reels/audio/1', 'https://www.instagram.com/reels/audio/2'],
  ['https://vimeo.com/76979871', 'https://vimeo.com/event/76979871', 'https://vimeo.com/ondemand/76979871'],
  [
    'https://notyoutube.com/watch?v=dQw4w9WgXcQ',
    'https://youtube.com.test/watch?v=dQw4w9WgXcQ',
    'https://youtu.be/dQw4w9WgXcQ',
  ],
];

describe('the same video under several addresses', () => {
  test.each(SAME.flatMap(([expected, ...addresses]) => addresses.map((address) => [address, expected])))(
    '%p is %p',
    (address, expected) => {
      expect(key(address ?? '')).toBe(expected ?? '');
    },
  );

  test.each(DIFFERENT)('%p names a video of its own', (...addresses) => {
    expect(new Set(addresses.map(key)).size).toBe(addresses.length);
  });

  test('the address itself stays as it was given', () => {
    const given = 'https://example.com/v.mp4?b=2&utm_source=x&a=1#t=10';
    expect(parseSubmittedUrl(` ${given} `, PUBLIC_ONLY).url).toBe(given);
  });

  test('a channel or a playlist is not taken for a video', () => {
    for (const address of [
      'https://www.youtube.com/@somebody',
      'https://www.youtube.com/playlist?list=PL1',
      'https://vimeo.com/channels/staffpicks',
      'https://x.com/somebody',
      'https://www.tiktok.com/@patrox',
      'https://www.twitch.tv/somebody',
    ])
      expect([address, isVideoPage(address)]).toEqual([address, false]);
  });
});

describe('whatever the address', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/);
  const path = fc.array(word, { maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
  const parameters = fc.uniqueArray(fc.tuple(word, word), { maxLength: 4, selector: ([name]) => name });
  const known = fc.constantFrom(...SAME.flatMap(([, ...addresses]) => addresses));
  const made = fc
    .tuple(path, parameters)
    .map(([at, query]) => `https://example.com${at}?${new URLSearchParams(query)}`);
  const address = fc.oneof(known, made);

  test('the order of parameters, the way it was shared and where it starts make no other video of it', () => {
    fc.assert(
      fc.property(
        address,
        fc.nat(),
        fc.constantFrom('utm_medium=a', 'fbclid=b', 'si=c', 't=1h2m', 't=90s'),
        (given, seed, added) => {
          const changed = new URL(given);
          const query = [...changed.searchParams];
          const turned = query.map(
            (_, index) => query[(index + seed) % query.length] ?? (['', ''] satisfies [string, string]),
          );
          changed.search = `${added}&${new URLSearchParams(turned)}`;
          // Somebody's own start stays the first of two.
          fc.pre(!new URL(given).searchParams.has(added.slice(0, added.indexOf('='))));
          expect(key(changed.href)).toBe(key(given));
        },
      ),
    );
  });

  test('a key that is an address is its own key', () => {
    fc.assert(
      fc.property(made, (given) => {
        expect(key(key(given))).toBe(key(given));
      }),
    );
  });
});

test.each([
  '',
  'example.com',
  '::127.0.0.1',
  '::10.0.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '198.18.0.1',
  'fe80::1%eth0',
])('%p is no public address', (literal) => {
  expect(isPublicAddress(literal)).toBe(false);
});
