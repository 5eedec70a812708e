import { expect, test } from 'bun:test';
import { fuse, spread } from './fuse.ts';

const chunk = (id: string, jobId = id) => ({ id, jobId });
const said = (id: string, share = 1) => ({ ...chunk(id), share });
const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);

test('what is found by words and by meaning comes before what is found by one of them', () => {
  const fused = fuse([said('a'), said('b')], [[chunk('c'), chunk('b')]]);
  expect(ids(fused)[0]).toBe('b');
  expect(Object.fromEntries(fused.map(({ id, foundBy }) => [id, foundBy]))).toEqual({
    a: 'words',
    b: 'both',
    c: 'meaning',
  });
});

test('one of many words in common does not outweigh what answers the question', () => {
  expect(ids(fuse([said('a', 0.2)], [[chunk('b'), chunk('c'), chunk('a')]]))[0]).toBe('b');
  expect(ids(fuse([said('a', 1)], [[chunk('b'), chunk('c'), chunk('a')]]))[0]).toBe('a');
});

test('by words alone, their order stays', () => {
  expect(ids(fuse([said('a'), said('b'), said('c', 0.5)], []))).toEqual(['a', 'b', 'c']);
});

test('the lists of two models stand side by side', () => {
  expect(ids(fuse([], [[chunk('a'), chunk('b')], [chunk('c')]]))).toEqual(['a', 'c', 'b']);
});

test('no note takes all the places', () => {
  const fused = fuse([], [['1', '2', '3'].map((id) => chunk(id, 'long note')).concat(chunk('4', 'other'))]);
  expect(ids(spread(fused, 10, 2))).toEqual(['1', '2', '4']);
  expect(ids(spread(fused, 1, 2))).toEqual(['1']);
});
