import { DestilaError, MOST_TEMPLATES, type TemplateRequest } from '@destila/contracts';
import type { Queryable } from './database.ts';

/** A person's own way to have a summary written. */
export interface TemplateRow {
  id: string;
  name: string;
  instructions: string;
}

export function listTemplates(db: Queryable): Promise<TemplateRow[]> {
  return db.query<TemplateRow>('select id, name, instructions from summary_templates order by lower(name)');
}

/** Null for an id that is none, too. */
export async function findTemplate(db: Queryable, userId: string, id: string): Promise<TemplateRow | null> {
  const [row] = await db.query<TemplateRow>(
    'select id, name, instructions from summary_templates where id::text = $1 and user_id = $2',
    [id, userId],
  );
  return row ?? null;
}

/** @throws {DestilaError} `template_exists`, `too_many_templates` */
export async function createTemplate(
  db: Queryable,
  userId: string,
  { name, instructions }: TemplateRequest,
): Promise<TemplateRow> {
  const [{ count } = { count: 0 }] = await db.query<{ count: number }>('select count(*) from summary_templates');
  if (count >= MOST_TEMPLATES) throw new DestilaError('too_many_templates');
  const [row] = await db.query<TemplateRow>(
    `insert into summary_templates (user_id, name, instructions) values ($1, $2, $3)
     on conflict (user_id, lower(name)) do nothing
     returning id, name, instructions`,
    [userId, name, instructions],
  );
  if (!row) throw new DestilaError('template_exists');
  return row;
}

/** @throws {DestilaError} `not_found`, `template_exists` */
export async function changeTemplate(
  db: Queryable,
  id: string,
  { name, instructions }: Partial<TemplateRequest>,
): Promise<TemplateRow> {
  const [taken] = await db.query('select 1 from summary_templates where lower(name) = lower($2) and id <> $1', [
    id,
    name ?? null,
  ]);
  if (taken) throw new DestilaError('template_exists');
  const [row] = await db.query<TemplateRow>(
    `update summary_templates set name = coalesce($2, name), instructions = coalesce($3, instructions)
     where id = $1 returning id, name, instructions`,
    [id, name ?? null, instructions ?? null],
  );
  if (!row) throw new DestilaError('not_found');
  return row;
}

/** It is the person's default no more. @throws {DestilaError} `not_found` */
export async function deleteTemplate(db: Queryable, id: string): Promise<void> {
  const [row] = await db.query('delete from summary_templates where id = $1 returning id', [id]);
  if (!row) throw new DestilaError('not_found');
  await db.query('update user_settings set template = null where template = $1', [id]);
}
