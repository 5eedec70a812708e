import { join } from 'node:path';
import { ROOT } from './setup.ts';

const FOLDER = join(ROOT, 'supabase/migrations');
const OUTPUT = join(ROOT, 'supabase/schema.sql');
const HEADER = `-- Destila's whole schema, for Supabase's SQL editor or \`psql\`.
-- Written by \`bun run schema\` from supabase/migrations: change those, not this file.
`;

const schema = await joinMigrations();
if (!Bun.argv.includes('--check')) {
  await Bun.write(OUTPUT, schema);
} else if (schema !== (await readOutput())) {
  console.error('supabase/schema.sql is older than the migrations: run `bun run schema` and commit it.');
  process.exit(1);
}

async function joinMigrations(): Promise<string> {
  const names = [...new Bun.Glob('*.sql').scanSync(FOLDER)].sort();
  const texts = names.map(async (name) => `\n-- ${name}\n\n${(await Bun.file(join(FOLDER, name)).text()).trim()}\n`);
  return HEADER + (await Promise.all(texts)).join('') + versionsOf(names);
}

/** As the migration runner and the Supabase CLI record them, so that neither applies again what this file has made. */
function versionsOf(names: string[]): string {
  const rows = names.map((name) => `  ('${name.slice(0, 14)}', '${name.slice(15, -'.sql'.length)}')`);
  return `
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
insert into supabase_migrations.schema_migrations (version, name) values
${rows.join(',\n')};
`;
}

async function readOutput(): Promise<string | null> {
  const file = Bun.file(OUTPUT);
  return (await file.exists()) ? file.text() : null;
}
