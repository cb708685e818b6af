export type { Migration } from './migrate.ts'
export { openSqliteStore, type SqliteOptions } from './open.ts'
