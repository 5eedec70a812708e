import { expect, test } from 'bun:test';
import { isFiltered, unquoted, withDaysInOrder } from './asked.ts';

test('a phrase in quotes is named without them, and quotes that stand within are kept', () => {
  expect(['"mareas vivas"', '“mareas vivas”', '«mareas vivas»'].map(unquoted)).toEqual(Array(3).fill('mareas vivas'));
  for (const q of ['mareas', '"mareas', '""', '"mareas" y "luna"']) expect(unquoted(q)).toBe(q);
});

test('two days the wrong way round are the range between them', () => {
  const range = { tag: 'mar', from: '2026-01-01', to: '2026-01-31' };
  expect(withDaysInOrder({ ...range, from: range.to, to: range.from })).toEqual(range);
  expect(withDaysInOrder(range)).toEqual(range);
  expect(withDaysInOrder({ from: '2026-01-31' })).toEqual({ from: '2026-01-31' });
});

test('filters that were emptied narrow nothing down', () => {
  expect(isFiltered({ tag: undefined })).toBe(false);
  expect(isFiltered({ tag: 'mar' })).toBe(true);
});
