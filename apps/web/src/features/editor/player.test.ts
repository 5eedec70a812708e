import { afterAll, beforeAll, expect, test } from 'bun:test';
import { videoLinkAt } from '@destila/contracts';
import { playerOf, secondOf } from './player.ts';

const id = '0198a000-0000-7000-8000-000000000001';
const upload = { id, url: 'upload:1/clase.mp4' };

beforeAll(() => {
  Object.assign(globalThis, { location: { origin: 'http://localhost:3000' } });
});
afterAll(() => {
  Reflect.deleteProperty(globalThis, 'location');
});

test('an upload plays from our own server, YouTube and Vimeo in their private players, the rest by link', () => {
  expect(playerOf(upload)).toEqual({ kind: 'file', src: `/api/jobs/${id}/media`, ours: true });
  for (const url of [
    'https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=x',
    'https://youtu.be/dQw4w9WgXcQ',
    'https://m.youtube.com/shorts/dQw4w9WgXcQ',
  ]) {
    const player = playerOf({ id, url });
    expect(player.kind === 'embed' && player.srcAt(75.9)).toStartWith(
      'https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?',
    );
    expect(player.kind === 'embed' && player.srcAt(75.9)).toEndWith('start=75');
  }
  expect(playerOf({ id, url: 'https://vimeo.com/76979871' }).kind).toBe('embed');
  expect(playerOf({ id, url: 'https://cdn.example.org/a/Talk.MP4?x=1' })).toMatchObject({ kind: 'file', ours: false });
  expect(playerOf({ id, url: 'https://example.org/talk' })).toEqual({ kind: 'link', site: 'example.org' });
  expect(playerOf({ id, url: 'https://www.youtube.com/@channel' }).kind).toBe('link');
});

test('a link in the summary to a moment of this video gives its second; any other link does not', () => {
  for (const url of [upload.url, 'https://www.youtube.com/watch?v=dQw4w9WgXcQ', 'https://vimeo.com/76979871']) {
    expect(secondOf({ id, url }, videoLinkAt({ id, url }, 754))).toBe(754);
  }
  expect(secondOf(upload, 'https://example.org/?t=754')).toBeNull();
  expect(secondOf(upload, `/jobs/${id}`)).toBeNull();
  expect(secondOf(upload, 'javascript:alert(1)')).toBeNull();
});
