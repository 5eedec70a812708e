import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { slugify } from './slug.ts';

test.each([
  ['Cómo hacer pan en casa', 'cómo-hacer-pan-en-casa'],
  ['  ¿Qué es el café?  (parte 1/3) ', 'qué-es-el-café-parte-1-3'],
  ['日本語のタイトル', '日本語のタイトル'],
  ['../../etc/passwd', 'etc-passwd'],
  ['a\0b', 'a-b'],
  ['C:\\Windows\\system32', 'c-windows-system32'],
  ['.hidden.', 'hidden'],
  ['CON', 'video-con'],
  ['lpt1', 'video-lpt1'],
  ['', 'video'],
  ['🍞🥖', 'video'],
])('%j becomes the file name %j', (title, slug) => {
  expect(slugify(title, 100)).toBe(slug);
});

test('a letter is never cut from its accent', () => {
  const slug = slugify('x̂'.repeat(40), 100);
  expect(slug).toBe('x̂'.repeat(33));
});

test('any title gives a name that every system takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (title) => {
      const slug = slugify(title, 100);
      expect(Buffer.byteLength(slug)).toBeLessThanOrEqual(100);
      expect(slug).toMatch(/^[\p{L}\p{M}\p{N}]+(-[\p{L}\p{M}\p{N}]+)*$/u);
      expect(slug.normalize('NFC')).toBe(slug);
    }),
  );
});
