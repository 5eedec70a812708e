import { describe, expect, test } from 'bun:test';
import type { Category } from '@destila/contracts';
import { suggestCategory } from './suggest-category.ts';

const CATEGORIES: Category[] = [
  { id: 'science', name: 'Ciencia', color: 'blue' },
  { id: 'cooking', name: 'Cocina', color: 'red' },
];
const note = (category_id: string, tags: string[], channel: string | null = null) => ({ category_id, tags, channel });
const suggest = (tags: string[], channel: string | null, earlier: ReturnType<typeof note>[]) =>
  suggestCategory({ tags, channel }, CATEGORIES, earlier);

describe('the category suggested for a note', () => {
  test('is the one that notes with its tags have been given', () => {
    const earlier = [note('science', ['mareas', 'luna']), note('science', ['luna']), note('cooking', ['pan'])];
    expect(suggest(['luna', 'mareas'], null, earlier)).toBe('science');
    expect(suggest(['luna'], null, earlier)).toBe('science');
  });

  test('is the one of its channel, from the first time on', () => {
    expect(suggest(['trigo'], 'El horno', [note('cooking', ['pan'], 'El horno')])).toBe('cooking');
    expect(suggest(['trigo'], 'Otro', [note('cooking', ['pan'], 'El horno')])).toBeNull();
    expect(suggest(['trigo'], null, [note('cooking', ['pan'], null)])).toBeNull();
  });

  test('is the one called like a tag, without case, accents or plural', () => {
    expect(suggest(['ciéncias'], null, [])).toBe('science');
    expect(suggest(['🧪'], null, [])).toBeNull();
  });

  test('is none while only one tag of one note speaks for it', () => {
    const once = note('science', ['luna']);
    expect(suggest(['luna', 'mar'], null, [once])).toBeNull();
    expect(suggest(['luna', 'mar'], null, [once, once])).toBe('science');
    expect(suggest([], null, [once, once])).toBeNull();
  });

  test('is none when as much, or nearly, speaks for another', () => {
    const split = [note('science', ['agua']), note('science', ['agua']), note('cooking', ['agua'])];
    expect(suggest(['agua'], null, [...split, note('cooking', ['agua'])])).toBeNull();
    expect(suggest(['cocina', 'ciencia'], null, [])).toBeNull();
    const mostly = [...split, ...Array.from({ length: 6 }, () => note('science', ['agua']))];
    expect(suggest(['agua'], null, mostly)).toBe('science');
  });

  test('is not moved by what only other notes have', () => {
    const many = Array.from({ length: 50 }, () => note('cooking', ['pan', 'horno'], 'El horno'));
    expect(suggest(['luna'], 'El cielo', [...many, note('science', ['luna'], 'El cielo')])).toBe('science');
  });
});
