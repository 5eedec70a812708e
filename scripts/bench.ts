import { basename, join } from 'node:path';
import { becomeBun } from './run.ts';
import { buildWeb, installPackages, ROOT } from './setup.ts';

const [name, ...options] = Bun.argv.slice(2);
const names = [...new Bun.Glob('*.ts').scanSync(join(ROOT, 'bench'))].map((file) => basename(file, '.ts')).sort();

if (!name || !names.includes(name)) {
  console.error(`Which one? ${names.map((known) => `bun run bench ${known}`).join(', ')}`);
  process.exit(2);
}
await installPackages('development');
await buildWeb();
await becomeBun([`bench/${name}.ts`, ...options]);
