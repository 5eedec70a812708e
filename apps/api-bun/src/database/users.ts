import type { Queryable } from './database.ts';

/** The one person of an installation without Supabase. */
export const LOCAL_USER = '00000000-0000-4000-8000-000000000001';

export async function addLocalUser(db: Queryable): Promise<void> {
  await db.query('insert into auth.users (id) values ($1) on conflict (id) do nothing', [LOCAL_USER]);
}
