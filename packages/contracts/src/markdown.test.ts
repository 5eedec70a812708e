import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { canonicalMarkdown, writeMarkdown } from './markdown.ts';

const fragment = fc.constantFrom(
  ...['# ', '- ', '1. ', '> ', '**', '_', '*', '`', '```\n', '[a](b)', '[a]', '[a]: /x\n', '![i](j)', '<br />', '<b>'],
  ...['| a | b |\n| - | - |\n', '~~', '- [ ] ', '[^1]', '---', '\n', '\n\n', '  ', '    ', '\\', '&', '&amp;', '&#32;'],
  ...['word', 'two words', '3 < 4', 'http://a.b/c?d=1&e=2', 'ñ', '—', '\t', 'x_y_z', '.', ':', '\u00a0', '1) '],
);

test('canonical Markdown stays as it is when it is made canonical again', () => {
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 30 }), (fragments) => {
      const once = canonicalMarkdown(fragments.join(''));
      expect(canonicalMarkdown(once)).toBe(once);
    }),
    { numRuns: 600 },
  );
});

test('what the editor would rewrite is written its way from the start', () => {
  expect(canonicalMarkdown('* one\n* two\n')).toBe('- one\n- two\n');
  expect(canonicalMarkdown('Title\n===\n\n__bold__ and *soft*')).toBe('# Title\n\n**bold** and _soft_\n');
  expect(canonicalMarkdown('See [it][1].\n\n[1]: https://a.example "T"')).toBe('See [it](https://a.example "T").\n');
});

test('blank paragraphs and spaces at the edges, which an editor leaves behind, are gone', () => {
  expect(canonicalMarkdown('one&#x20;\n\n<br />\n\n- <br />\n- two\n\n<br />\n')).toBe('one\n\n-\n- two\n');
  expect(canonicalMarkdown('<br />\n')).toBe('');
});

test('an address keeps its ampersands readable, and a character reference stays text', () => {
  const link = '[1:05](https://www.youtube.com/watch?v=a_b&t=65s) AT&T, R&D\n';
  expect(canonicalMarkdown(link)).toBe(link);
  expect(canonicalMarkdown('write `&copy;` as \\&copy; or \\&#169;')).toBe('write `&copy;` as \\&copy; or \\&#169;\n');
});

test('text that looks like Markdown stays text when it is written', () => {
  const value = '# 1. not *a* <b>list</b> [x](y) | & `z`';
  const written = writeMarkdown([{ type: 'paragraph', children: [{ type: 'text', value }] }]);
  expect(written).toBe('# 1. not \\*a\\* \\<b>list\\</b> \\[x]\\(y) | & \\`z\\`\n'.replace(/^# /, '\\# '));
  expect(canonicalMarkdown(written)).toBe(written);
});
