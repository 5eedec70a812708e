import { expect, test } from 'bun:test';
import { type LinkKind, linkKind } from './playlist-link.ts';

test.each<[string, LinkKind | null]>([
  ['https://www.youtube.com/playlist?list=PL123', 'list'],
  ['https://m.youtube.com/watch?list=PL123', 'list'],
  ['https://www.youtube.com/@canal', 'list'],
  ['https://www.youtube.com/@canal/streams', 'list'],
  ['https://www.youtube.com/channel/UC123/videos', 'list'],
  ['https://music.youtube.com/playlist?list=OLAK5', 'list'],
  ['https://vimeo.com/showcase/123', 'list'],
  ['https://soundcloud.com/somebody/sets/songs', 'list'],
  ['https://example.com/podcast/feed.xml', 'list'],
  ['https://example.com/podcast/rss/', 'list'],
  ['https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=PL123&index=3', 'video_in_list'],
  ['https://youtu.be/dQw4w9WgXcQ?list=PL123', 'video_in_list'],
  ['https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=RDdQw4w9WgXcQ&start_radio=1', 'video'],
  ['https://www.youtube.com/watch?v=dQw4w9WgXcQ', 'video'],
  ['https://www.youtube.com/shorts/dQw4w9WgXcQ', 'video'],
  ['https://www.youtube.com/live/dQw4w9WgXcQ', 'video'],
  ['https://example.com/lecture.mp4?token=1', 'video'],
  ['https://vimeo.com/123', 'unknown'],
  ['https://example.com/course', 'unknown'],
  ['ftp://example.com/feed.xml', null],
  ['una lista', null],
])('%p is %p', (address, kind) => {
  expect(linkKind(address)).toBe(kind);
});
