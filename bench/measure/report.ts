import { cpus, totalmem } from 'node:os';

/** The machine that numbers come from. */
export function machine(): string {
  const [first] = cpus();
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GB`;
  return `${first?.model.trim()}, ${cpus().length} cores, ${memory}; ${process.platform}, Bun ${Bun.version}`;
}

/** A Markdown table; every column but the first holds numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
