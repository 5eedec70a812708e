import { expect, test } from 'bun:test';
import { hasOperators, type MeantWord, withStraightQuotes, wordsQuery } from './words-query.ts';

function word(text: string, more: Partial<MeantWord> = {}): MeantWord {
  return { word: text, forms: [text], isCommon: false, chunks: 10, beginning: 10, meant: [], ...more };
}

test('all words are looked for together, and the rarest of them alone', () => {
  const query = wordsQuery(
    [word('agua', { chunks: 5000 }), word('mareas', { chunks: 3, forms: ['marea', 'mar'] })],
    false,
  );
  expect(query).toMatchObject({ all: "('marea' | 'mar') & ('agua')", rare: "'marea' | 'mar'" });
});

test('a rare word weighs more than a frequent one', () => {
  const [rare, frequent] =
    wordsQuery([word('agua', { chunks: 5000 }), word('mareas', { chunks: 3 })], false)?.weights ?? [];
  expect(rare?.weight).toBeGreaterThan(frequent?.weight ?? 0);
});

test('the last word may be unfinished while it is typed, but not from two letters', () => {
  expect(wordsQuery([word('fot')], true)?.all).toBe("('fot' | 'fot':*)");
  expect(wordsQuery([word('fo')], true)?.all).toBe("('fo')");
  expect(wordsQuery([word('fot')], false)?.all).toBe("('fot')");
});

test('what everybody says is looked for only where nothing else was said', () => {
  const the = word('the', { isCommon: true });
  expect(wordsQuery([the, word('tide')], false)?.all).toBe("('tide')");
  expect(wordsQuery([the], false)?.all).toBe("('the')");
});

test('a word that stands nowhere is left out, but no passage then says all that was asked', () => {
  const nowhere = word('xyzzy', { chunks: 0, beginning: 0 });
  const query = wordsQuery([word('tide'), nowhere], false);
  expect(query?.all).toBe("('tide')");
  expect(query?.weights[0]?.weight).toBeLessThan((query?.total ?? 0) / 2);
  expect(wordsQuery([nowhere], false)).toBeNull();
});

test('a mistyped word is looked for as the words that may be meant', () => {
  const typed = word('fotosintsis', { chunks: 0, beginning: 0, meant: ['fotosintesis'] });
  expect(wordsQuery([typed], false)?.all).toBe("('fotosintsis' | 'fotosintesis')");
});

test('quotes and backslashes in a word are no syntax', () => {
  expect(wordsQuery([word("d'or\\")], false)?.all).toBe("('d''or\\\\')");
});

test('phrases, exclusions and OR are seen; hyphenated words, inches, half a phrase and a question with an "or" are none of these', () => {
  for (const text of ['"masa madre"', 'pan -harina', '-harina', 'pan OR bread']) expect(hasOperators(text)).toBe(true);
  for (const text of [
    'masa madre',
    'e-mail',
    'oro',
    '5 - 3',
    '"masa ma',
    'una tele de 55"',
    '""',
    'is oil or butter better?',
  ])
    expect(hasOperators(text), text).toBe(false);
});

test('quotes of phones and of Spanish print are quotes', () => {
  for (const text of ['“masa madre”', '«masa madre»', '„masa madre“'])
    expect(withStraightQuotes(text)).toBe('"masa madre"');
});
