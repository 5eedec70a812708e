/** Runs one statement. Rows carry JavaScript values: timestamps as ISO 8601 strings, bigints as numbers, jsonb parsed. */
export interface Queryable {
  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

export interface Transaction extends Queryable {
  /** Runs a script of several statements, with no parameters. */
  script(sql: string): Promise<void>;
}

/** A Postgres, embedded or not. Everything above this file sees no difference between the two. */
export interface Database extends Queryable {
  readonly kind: 'pglite' | 'postgres';
  /** Commits when `work` resolves, rolls back when it rejects. Never held while a stage runs. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Classes of SQLSTATE that say nothing of the statement: connection, resources, operator intervention (PostgreSQL, appendix A). */
const AWAY = /^(08|53|57)/;

/** Whether a statement failed for want of the database, so that the same statement may succeed once it is back. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // The driver's own errors (a connection that ended, a deadline) have no code, the system's have names like ECONNRESET.
  if (!('code' in error)) return error.name === 'Error';
  const code = String(error.code);
  return /^[0-9A-Z]{5}$/.test(code) ? AWAY.test(code) : /^E[A-Z]+$/.test(code);
}
