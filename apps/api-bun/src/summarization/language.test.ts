import { expect, test } from 'bun:test';
import { languageOf } from './language.ts';

const SPANISH = 'El agua de lluvia es ligeramente ácida, porque al caer disuelve dióxido de carbono del aire.';
const ENGLISH = 'Rain water is slightly acid, because it dissolves carbon dioxide from the air as it falls down.';

test('the words decide when the label of the file is clearly wrong', () => {
  expect(languageOf(SPANISH, 'en')).toBe('es');
  expect(languageOf(ENGLISH, 'ja')).toBe('en');
});

test('the label decides when the words are few, and gives the language without its region', () => {
  expect(languageOf('Ok', 'es-419')).toBe('es');
  expect(languageOf(SPANISH, 'es-MX')).toBe('es');
});

test('without a label the words are enough', () => {
  expect(languageOf(SPANISH, null)).toBe('es');
  expect(languageOf(ENGLISH, null)).toBe('en');
});
