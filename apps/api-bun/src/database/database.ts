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
