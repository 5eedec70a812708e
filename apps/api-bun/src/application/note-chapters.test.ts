import { expect, test } from 'bun:test';
import { renderSummary } from '../summarization/render.ts';
import { chaptersOf } from './note-chapters.ts';

const NONE = { title: '', overview: [], key_points: [], tags: [], action_items: [], quotes: [] };
const LINKED = { id: 'a', url: 'https://www.youtube.com/watch?v=x_(1)&list=y' };

test('the chapters of a summary are found again in its note', () => {
  const chapters = [
    { title: 'El *mar* [1] (y #2)', start: 0, end: 61 },
    { title: 'Fin: 3 < 4 & `5`', start: 61, end: 3_723 },
    { title: '\\ y _más_', start: 3_723, end: 4_000 },
  ];
  const summary = { ...NONE, chapters: chapters.map((chapter) => ({ ...chapter, points: [] })) };
  for (const job of [LINKED, { id: 'b', url: 'upload:1/vídeo.mp4' }]) {
    expect(chaptersOf(renderSummary(summary, { job, language: 'es', extract: null }), 4_000)).toEqual(chapters);
  }
});

test('those of a person’s own note are in order, none twice, and nothing else is one', () => {
  const note = `# Sin momento

## [0:30](x#t=30) Segundo

### [0:10](x#t=10) Primero

### [0:10](x#t=10) Primero, mejor

- [0:05](x#t=5) Un punto
`;
  expect(chaptersOf(note, 0)).toEqual([
    { title: 'Primero, mejor', start: 10, end: 30 },
    { title: 'Segundo', start: 30, end: 30 },
  ]);
  expect(chaptersOf('Un resumen.\n', 60)).toEqual([]);
});
