import { expect, test } from 'bun:test';
import { readSearchAddress, searchAddress } from './search-address.ts';

test('a search in the address is the search that was left there', () => {
  const filters = { tag: 'física & química', from: '2026-01-31' };
  expect(readSearchAddress(searchAddress('¿por qué?', filters))).toMatchObject({ q: '¿por qué?', filters });
});

test('of an endless question in the address, as much is asked as can be', () => {
  expect(readSearchAddress(`?q=${'a'.repeat(10_000)}`).q).toHaveLength(400);
});

test('where nothing is searched for, the address says nothing', () => {
  expect(searchAddress('', {})).toBe('');
  expect(readSearchAddress('?tag=').filters.tag).toBeUndefined();
});
