import type { Database, Queryable } from './database.ts';

/** Runs `work` in a transaction that sees and changes that person's rows alone: row-level security decides, not our WHERE. */
export function asUser<T>(database: Database, userId: string, work: (tx: Queryable) => Promise<T>): Promise<T> {
  return database.transaction(async (tx) => {
    await tx.query("select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)", [
      JSON.stringify({ sub: userId, role: 'authenticated' }),
    ]);
    return work(tx);
  });
}
