import { describe, expect, test } from 'bun:test';
import { tidy, tidyParagraphs } from './model-text.ts';
import { hear } from './verbatim.ts';

const heard = hear([
  { id: 0, start: 0, end: 5, text: 'The train leaves at 8:30, see example.com or ask info@example.com.' },
  { id: 1, start: 5, end: 9, text: 'He said: never give up,' },
  { id: 2, start: 9, end: 12, text: 'never. ¿Qué haces tú? これは本です' },
]);

describe('a text of a model', () => {
  test.each([
    ['At 12:34 he explains yeast.', 'He explains yeast.'],
    ['Yeast (12:34) grows [3-5] fast (line 7).', 'Yeast grows fast.'],
    ['The train leaves at 8:30.', 'The train leaves at 8:30.'],
    ['Desde las 12:34 hasta las 13:00 habla de pan.', 'Habla de pan.'],
    ['En el minuto 12 habla de pan.', 'Habla de pan.'],
    ['10:00-12:00 – intro', 'intro'],
    ['Boil it for 12 minutes at 16:9.', 'Boil it for 12 minutes at 16:9.'],
    ['2024: the year', '2024: the year'],
  ])('keeps no time but those that were said: %s', (text, expected) => {
    expect(tidy(text, heard)).toBe(expected);
  });

  test.each([
    ['See [this](https://evil.example/x?y=(z)) now.', 'See this now.'],
    ['![pixel](https://evil.example/p.png) Hello.', 'pixel Hello.'],
    ['Visit https://www.example.com/ today.', 'Visit example.com/ today.'],
    ['Go to javascript:alert(1) or a@evil.example.', 'Go to (1) or'],
    ['Ask info@example.com.', 'Ask info@example.com.'],
    ['**Bold** and `code`', 'Bold and code'],
    ['- item', 'item'],
    ['a\u202eb\u0000c', 'a b c'],
  ])('links to nothing and is laid out by nobody: %s', (text, expected) => {
    expect(tidy(text, heard)).toBe(expected);
  });

  test('has quotation marks around nothing that nobody said', () => {
    expect(tidy('He said “never give up, never” and "this he never said at all".', heard)).toBe(
      'He said “never give up, never” and this he never said at all.',
    );
    expect(tidy('The book "Moby Dick" is long.', heard)).toBe('The book "Moby Dick" is long.');
  });

  test('is nothing when there is nothing left of it', () => {
    for (const text of ['12:34', '[3]', '…', '', '- ', '\u0000']) expect(tidy(text, heard)).toBe('');
    expect(tidyParagraphs('One.\n\n[2]\n \nTwo.', heard)).toEqual(['One.', 'Two.']);
  });

  test('is read to its end, whatever it is full of', () => {
    for (const piece of ['[', '](', '((', '12:3', 'at ', '"', 'a@', '(12:34 ', '- ', '[1'])
      expect(tidy(piece.repeat(20_000), heard)).toBeString();
  });
});

describe('a quote', () => {
  test('is found however it is written, and given in the words that were said', () => {
    expect(heard.find('NEVER give up — never')).toEqual({ text: 'never give up, never.', first: 1, last: 2 });
    expect(heard.find('que haces tu')).toEqual({ text: '¿Qué haces tú?', first: 2, last: 2 });
    expect(heard.find('本です')).toEqual({ text: '本です', first: 2, last: 2 });
  });

  test('is taken from where it was cited, if it was said there too', () => {
    const twice = hear([0, 1, 2].map((id) => ({ id, start: id, end: id + 1, text: 'We shall see.' })));
    expect(twice.find('we shall see', 1)?.first).toBe(1);
    expect(twice.find('we shall see', 9)?.first).toBe(0);
  });

  test('that was said otherwise is none', () => {
    for (const quote of ['never ever give up', '', '…', 'give in']) expect(heard.find(quote)).toBeNull();
  });
});
