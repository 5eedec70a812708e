import { expect, test } from 'bun:test';
import type { PlaylistEntry } from '@destila/contracts';
import { DEFAULT_SELECTION, defaultSelection, matching, totalDuration, withEntries } from './playlist-selection.ts';

function entry(name: string, fields: Partial<PlaylistEntry> = {}): PlaylistEntry {
  return { url: `https://a.example/${name}`, title: name, duration: 60, kind: 'video', job_id: null, ...fields };
}
const names = (urls: Iterable<string>) => [...urls].map((url) => url.split('/').at(-1));

test('at first the videos are chosen that are not in the library, and can be fetched by anybody', () => {
  const entries = [
    entry('new'),
    entry('had', { job_id: '0198f6a0-0000-7000-8000-000000000000' }),
    entry('private', { kind: 'private' }),
    entry('live', { kind: 'live' }),
    entry('members', { kind: 'members_only' }),
    entry('other'),
  ];
  expect(names(defaultSelection(entries))).toEqual(['new', 'other']);
  expect(names(withEntries(new Set(), entries, true))).toEqual(['new', 'live', 'members', 'other']);
  expect(names(withEntries(defaultSelection(entries), entries.slice(0, 1), false))).toEqual(['other']);
});

test('a whole channel is not chosen by itself', () => {
  const entries = Array.from({ length: 300 }, (_, index) => entry(String(index)));
  expect(names(defaultSelection(entries)).at(-1)).toBe(String(DEFAULT_SELECTION - 1));
});

test('a title is found whatever its case and accents', () => {
  const entries = [entry('La Lección 1'), entry('Otra cosa'), entry('x', { title: null })];
  expect(matching(entries, ' leccion ').map(({ title }) => title)).toEqual(['La Lección 1']);
  expect(matching(entries, '')).toHaveLength(3);
});

test('the time of all together says whether some is missing', () => {
  expect(totalDuration([entry('a'), entry('b')])).toEqual({ seconds: 120, exact: true });
  expect(totalDuration([entry('a'), entry('b', { duration: null })])).toEqual({ seconds: 60, exact: false });
});
