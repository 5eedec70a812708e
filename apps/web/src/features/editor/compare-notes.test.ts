import { describe, expect, test } from 'bun:test';
import { type ComparedLine, compareNotes, linesOf } from './compare-notes.ts';

/** A side in one line: what is changed stands in brackets. */
function shown(line: ComparedLine | null): string | null {
  return line?.parts.map(({ text, changed }) => (changed ? `[${text}]` : text)).join('') ?? null;
}
const rows = (before: string, after: string) =>
  compareNotes(before, after).map((row) => [shown(row.before), shown(row.after)]);

describe('two versions of a note', () => {
  test('what is the same stands beside itself, and of a changed line only its words are marked', () => {
    expect(rows('## Mareas\n\nLa marea sube dos veces.\n', '## Mareas\n\nLa marea baja dos veces.\n')).toEqual([
      ['Mareas', 'Mareas'],
      ['La marea [sube] dos veces.', 'La marea [baja] dos veces.'],
    ]);
  });

  test('a line of its own is marked whole, and a changed one after it still finds its counterpart', () => {
    const before = '- El Sol y la Luna se alinean una vez.\n';
    const after = '- Algo del todo nuevo.\n- El Sol y la Luna se alinean dos veces.\n';
    expect(rows(before, after)).toEqual([
      [null, '[Algo del todo nuevo.]'],
      ['El Sol y la Luna se alinean [una] [vez].', 'El Sol y la Luna se alinean [dos] [veces].'],
    ]);
  });

  test('lines that have nothing to do with each other share a row, so that neither side is half empty', () => {
    expect(rows('Uno.\n\nDos.\n', 'Alfa.\n\nBeta.\n\nGamma.\n')).toEqual([
      ['[Uno.]', '[Alfa.]'],
      ['[Dos.]', '[Beta.]'],
      [null, '[Gamma.]'],
    ]);
  });

  test('what was taken away and what was added at the ends', () => {
    expect(rows('Fuera.\n\nIgual.\n', 'Igual.\n\nNuevo.\n')).toEqual([
      ['[Fuera.]', null],
      ['Igual.', 'Igual.'],
      [null, '[Nuevo.]'],
    ]);
  });

  test('a note is compared with itself, and with nothing', () => {
    expect(compareNotes('Uno.\n', 'Uno.\n').every(({ same }) => same)).toBe(true);
    expect(rows('', 'Uno.\n')).toEqual([[null, '[Uno.]']]);
    expect(rows('', '')).toEqual([]);
  });
});

test('a note is read in lines, without the marks of Markdown', () => {
  const markdown = [
    '> **Aviso.** Faltan minutos.',
    '## Puntos clave',
    '### [0:15](/jobs/x#t=15) Inicio',
    '- [0:15](/jobs/x#t=15) Uno\n  - Dentro',
    '- [x] Hecho',
    '| a | b |\n| - | - |\n| 1 | 2 |',
    '```\ncódigo\n```',
  ].join('\n\n');
  expect(linesOf(markdown).map(({ look, depth, text }) => `${look} ${depth} ${text}`)).toEqual([
    'quote 0 Aviso. Faltan minutos.',
    'heading2 0 Puntos clave',
    'heading3 0 0:15 Inicio',
    'item 0 0:15 Uno',
    'item 1 Dentro',
    'item 0 ☑ Hecho',
    'text 0 a · b',
    'text 0 1 · 2',
    'code 0 código',
  ]);
});
