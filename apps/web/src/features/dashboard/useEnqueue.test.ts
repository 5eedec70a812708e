import { expect, test } from 'bun:test';
import { linesOf } from './useEnqueue.ts';

test('several pasted lines are several videos: without blanks, each once', () => {
  expect(linesOf(' https://a.example/1 \r\n\n\thttps://a.example/2\nhttps://a.example/1\n')).toEqual([
    'https://a.example/1',
    'https://a.example/2',
  ]);
  expect(linesOf('  \n ')).toEqual([]);
});
