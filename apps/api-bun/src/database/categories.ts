import { type Category, type CategoryRequest, type CountedCategory, DestilaError } from '@destila/contracts';
import type { Queryable } from './database.ts';

export function listCategories(db: Queryable): Promise<CountedCategory[]> {
  return db.query<CountedCategory>(
    `select id, name, color, coalesce(notes, 0)::int as notes
     from categories left join (
       select category_id, count(*) as notes from processing_jobs where deleted_at is null group by category_id
     ) counted on category_id = id
     order by lower(name)`,
  );
}

export async function findCategory(db: Queryable, id: string | null): Promise<Category | null> {
  const [row] = await db.query<Category>('select id, name, color from categories where id = $1', [id]);
  return row ?? null;
}

/** A note that a person has put in a category, and what it shares with others. */
export interface CategorizedNote {
  category_id: string;
  tags: string[];
  channel: string | null;
}

/** More say nothing new, and tastes change. */
const RECENT_NOTES = 500;

/** The person's latest finished notes that have a category. */
export function listCategorizedNotes(db: Queryable): Promise<CategorizedNote[]> {
  return db.query<CategorizedNote>(
    `select j.category_id, j.ai_tags as tags, d.channel
     from (select id, category_id, ai_tags from processing_jobs
           where category_id is not null and deleted_at is null and status in ('ready', 'saved')
           order by created_at desc limit ${RECENT_NOTES}) j
     left join job_checkpoints d on d.job_id = j.id and d.stage = 'downloading'`,
  );
}

/** @throws {DestilaError} `category_exists` */
export async function createCategory(
  db: Queryable,
  userId: string,
  { name, color }: CategoryRequest,
): Promise<Category> {
  const [row] = await db.query<Category>(
    `insert into categories (user_id, name, color) values ($1, $2, $3)
     on conflict (user_id, lower(name)) do nothing
     returning id, name, color`,
    [userId, name, color],
  );
  if (!row) throw new DestilaError('category_exists');
  return row;
}

/** @throws {DestilaError} `not_found`, `category_exists` */
export async function changeCategory(db: Queryable, id: string, { name, color }: CategoryRequest): Promise<Category> {
  const [taken] = await db.query('select 1 from categories where lower(name) = lower($2) and id <> $1', [id, name]);
  if (taken) throw new DestilaError('category_exists');
  const [row] = await db.query<Category>(
    'update categories set name = $2, color = $3 where id = $1 returning id, name, color',
    [id, name, color],
  );
  if (!row) throw new DestilaError('not_found');
  return row;
}

/** Jobs of the category stay, without one. @throws {DestilaError} `not_found` */
export async function deleteCategory(db: Queryable, id: string): Promise<void> {
  const [row] = await db.query('delete from categories where id = $1 returning id', [id]);
  if (!row) throw new DestilaError('not_found');
}
