import { expect, test } from 'bun:test';
import { ERRORS } from '@destila/contracts';
import { en } from './en.ts';
import { es } from './es.ts';
import { codeText } from './index.ts';

/** `editor.title` → its words; functions are called with numbers, which read as words too. */
function sentences(messages: object, path = ''): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]): [string, string][] => {
    const here = path ? `${path}.${key}` : key;
    if (typeof value === 'function') return [[here, String(value(2, 3))]];
    return typeof value === 'string' ? [[here, value]] : sentences(value, here);
  });
}

test('both languages have the same sentences, and none is empty', () => {
  const [spanish, english] = [sentences(es), sentences(en)];
  expect(english.map(([key]) => key)).toEqual(spanish.map(([key]) => key));
  for (const [key, text] of [...spanish, ...english]) expect(text.trim(), key).not.toBe('');
});

test('a sentence that names a number or a title says it in both languages', () => {
  const takesArguments = sentences(es).filter(([, text]) => text.includes('2'));
  const english = new Map(sentences(en));
  expect(takesArguments.length).toBeGreaterThan(10);
  for (const [key] of takesArguments) expect(english.get(key), key).toContain('2');
});

test('every error says what happened and what to do next, in both languages', () => {
  for (const code of Object.keys(ERRORS)) {
    for (const language of ['es', 'en'] as const) {
      const text = codeText(code, language);
      expect(text?.message, code).toBeTruthy();
      expect(text?.hint, code).toBeTruthy();
    }
  }
  expect(codeText('made_up', 'es')).toBeNull();
});
