import type { Queryable } from './database.ts';

/** Tags beyond these are hardly ever used again. */
const MOST = 200;

/** The tags of a person's notes but that of one job, the most used first. */
export async function listKnownTags(db: Queryable, userId: string, exceptJob: string): Promise<string[]> {
  const rows = await db.query<{ tag: string }>(
    `select tag from processing_jobs, jsonb_array_elements_text(ai_tags) tag
     where user_id = $1 and id <> $2 and deleted_at is null
     group by tag order by count(*) desc, tag limit ${MOST}`,
    [userId, exceptJob],
  );
  return rows.map(({ tag }) => tag);
}
