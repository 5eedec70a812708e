import { type Category, type CategoryRequest, DestilaError } from '@destila/contracts';
import type { Queryable } from './database.ts';

export function listCategories(db: Queryable): Promise<Category[]> {
  return db.query<Category>('select id, name, color from categories order by lower(name)');
}

export async function findCategoryName(db: Queryable, id: string | null): Promise<string | null> {
  const [row] = await db.query<{ name: string }>('select name from categories where id = $1', [id]);
  return row?.name ?? null;
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
