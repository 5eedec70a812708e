import { describe, expect, test } from 'bun:test';
import { DestilaError, MAX_URL_LENGTH } from '@destila/contracts';
import { isPublicAddress } from './public-address.ts';
import { parseSubmittedUrl } from './source-url.ts';

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

describe('the same video under several addresses', () => {
  test.each([
    'https://www.youtube.com/watch?v=dQw4w9WgXcQ',
    'https://youtube.com/watch?list=PL1&v=dQw4w9WgXcQ&t=42s',
    'http://m.youtube.com/watch?v=dQw4w9WgXcQ',
    'https://music.youtube.com/watch?v=dQw4w9WgXcQ',
    'https://youtu.be/dQw4w9WgXcQ?si=abc',
    'https://www.youtube.com/shorts/dQw4w9WgXcQ',
    'https://www.youtube.com/live/dQw4w9WgXcQ?feature=share',
    'https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ',
  ])('%p is one video on YouTube', (text) => {
    expect(parseSubmittedUrl(text, PUBLIC_ONLY).sourceKey).toBe('youtube:dQw4w9WgXcQ');
  });

  test('fragments, tracking parameters and the order of parameters make no difference', () => {
    const plain = parseSubmittedUrl('https://example.com/v.mp4?a=1&b=2', PUBLIC_ONLY);
    const shared = parseSubmittedUrl(
      ' https://EXAMPLE.com:443/v.mp4?b=2&utm_source=x&fbclid=y&gclid=z&a=1#t=10 ',
      PUBLIC_ONLY,
    );
    expect(shared.sourceKey).toBe(plain.sourceKey);
    expect(shared.url).toBe('https://example.com/v.mp4?b=2&utm_source=x&fbclid=y&gclid=z&a=1#t=10');
  });

  test('other parameters name other videos', () => {
    const [one, two] = ['https://example.com/v?id=1', 'https://example.com/v?id=2'].map(
      (text) => parseSubmittedUrl(text, PUBLIC_ONLY).sourceKey,
    );
    expect(one).not.toBe(two);
  });

  test('a channel or a playlist of YouTube is not taken for a video', () => {
    expect(parseSubmittedUrl('https://www.youtube.com/@somebody', PUBLIC_ONLY).sourceKey).toStartWith('https:');
    expect(parseSubmittedUrl('https://www.youtube.com/playlist?list=PL1', PUBLIC_ONLY).sourceKey).toStartWith('https:');
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
