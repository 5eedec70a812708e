import type { Database } from '../../apps/api-bun/src/database/database.ts';

export interface LibraryJob {
  id: string;
  user_id: string;
}

/** Saved jobs of a person, with nothing in them. */
export function addJobs(database: Database, userId: string, count: number): Promise<LibraryJob[]> {
  return database.query<LibraryJob>(
    `insert into processing_jobs (user_id, url, source_key, status, progress, summary_markdown, completed_at, video_title, indexed_at)
     select $1, 'https://example.org/' || n, 'video ' || n, 'ready', 100, '.', now(), 'Video ' || n, now()
     from generate_series(1, $2) as n returning id, user_id`,
    [userId, count],
  );
}

export async function addPerson(database: Database): Promise<string> {
  const id = crypto.randomUUID();
  await database.query('insert into auth.users (id) values ($1)', [id]);
  return id;
}
