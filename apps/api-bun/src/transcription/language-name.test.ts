import { expect, test } from 'bun:test';
import { languageOf } from './language-name.ts';

test.each([
  ['spanish', 'es'],
  ['English', 'en'],
  ['haitian creole', 'ht'],
  ['maori', 'mi'],
  ['tagalog', 'tl'],
  ['myanmar', 'my'],
  ['nynorsk', 'nn'],
  ['bengali', 'bn'],
  ['javanese', 'jv'],
  ['es', 'es'],
  ['pt-BR', 'pt'],
  ['zh_Hans', 'zh'],
  ['yue', 'yue'],
])('a server that says %s means %s', (said, meant) => {
  expect(languageOf(said)).toBe(meant);
});

test.each([null, undefined, '', 'auto', 'klingon', 'und', '??', 'constructor', '-en'])(
  '%p names no language',
  (said) => {
    expect(languageOf(said)).toBeNull();
  },
);
