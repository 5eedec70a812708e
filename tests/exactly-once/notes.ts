import { pick } from '../chaos/random.ts';

/** Markdown of a note: short ones mostly, some that take many requests, some that are nested deep. */
export function randomNote(number: number, random: () => number): string {
  const count = (most: number) => 1 + Math.floor(random() * most);
  const lines = (amount: number) => Array.from({ length: amount }, (_, line) => `Nota ${number}, línea ${line}.`);
  const bullets = (amount: number) => lines(amount).map((line) => `- ${line}`);
  const kinds = [
    () => lines(count(8)).join('\n\n'),
    () =>
      `Resumen **${number}**, [0:05](https://example.org/?t=5).\n\n## Puntos clave\n\n${bullets(count(12)).join('\n')}\n\n## Tareas\n\n- [ ] Leer ${number}`,
    () => bullets(100 + count(250)).join('\n'),
    () =>
      Array.from({ length: count(6) }, (_, depth) => `${'  '.repeat(depth)}- nivel ${depth} de ${number}`).join('\n'),
    () =>
      `| n | línea |\n| - | - |\n${lines(count(180))
        .map((line, row) => `| ${row} | ${line} |`)
        .join('\n')}`,
  ];
  return `${pick(kinds, random)?.() ?? ''}\n`;
}
