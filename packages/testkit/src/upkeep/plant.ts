// Loaded before all else (--import) in a process, and so in each of its threads: counts what they ask of files and databases, and has one of these fail.
// The program under test is as it is shipped; what it calls of the platform is wrapped.
import { truncateSync, writeFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import { registerHooks, syncBuiltinESMExports } from 'node:module'
import { basename } from 'node:path'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { faultOf, fileError, sqlError } from './fault-of.ts'

/** The modules that wrap it. */
const OWN = /\/(?:plant|planted-sqlite)\.ts$/

/** Puts a function in the place of a method; it is given the one that was there. */
function wrap(
  target: object,
  name: string,
  make: (
    real: (self: unknown, args: readonly unknown[]) => unknown,
  ) => (self: unknown, args: readonly unknown[]) => unknown,
): void {
  const found: unknown = Reflect.get(target, name)
  if (typeof found !== 'function') throw new Error(`there is no ${name}`)
  const planted = make((self, args) => Reflect.apply(found, self, args))
  Reflect.set(target, name, function (this: unknown, ...args: unknown[]) {
    return planted(this, args)
  })
}

const databases = new WeakMap<object, DatabaseSync>()

/** Fails what is asked of a database, as SQLite would: on a full disk it rolls back by itself. */
function statement(db: DatabaseSync, sql: string, args: readonly unknown[]): void {
  const fault = faultOf(() => `${db.isTransaction ? 'in ' : ''}${sql.trim().replaceAll(/\s+/g, ' ').slice(0, 90)}`)
  if (fault === null) return
  if (fault === 'full' && db.isTransaction) rollBack(db)
  // What is written to a new file may be there in part.
  const [into] = args
  if (sql.startsWith('VACUUM INTO') && typeof into === 'string') writeFileSync(into, 'half')
  throw sqlError(fault, false)
}

let rollBack = (_db: DatabaseSync): void => {}

function plantDatabases(): void {
  wrap(DatabaseSync.prototype, 'exec', (real) => {
    rollBack = (db) => void real(db, ['ROLLBACK'])
    return (db, [sql]) => {
      if (db instanceof DatabaseSync) statement(db, String(sql), [])
      return real(db, [sql])
    }
  })
  wrap(DatabaseSync.prototype, 'prepare', (real) => (db, args) => {
    const made = real(db, args)
    if (made instanceof StatementSync && db instanceof DatabaseSync) databases.set(made, db)
    return made
  })
  for (const name of ['run', 'get', 'all', 'iterate'])
    wrap(StatementSync.prototype, name, (real) => (self, args) => {
      const db = self instanceof StatementSync ? databases.get(self) : undefined
      if (self instanceof StatementSync && db !== undefined) statement(db, self.sourceSQL, args)
      return real(self, args)
    })
}

function plantFiles(): void {
  const failing = ['open', 'rename', 'rm', 'mkdir', 'copyFile', 'writeFile', 'chmod', 'readdir', 'readFile', 'lstat']
  for (const name of failing)
    wrap(fs, name, (real) => async (self, args) => {
      const fault = faultOf(
        () =>
          `${name} ${args
            .slice(0, 2)
            .filter((arg) => typeof arg === 'string')
            .map(place)
            .join(' ')}`,
      )
      if (fault === null) {
        const value = await real(self, args)
        if (name === 'open' && typeof value === 'object' && value !== null) plantSync(value, String(args[0]))
        return value
      }
      await inPart(name, args, real)
      throw fileError(fault, name)
    })
}

/** Writes and copies that fail have done a part. */
async function inPart(
  name: string,
  args: readonly unknown[],
  real: (self: unknown, args: readonly unknown[]) => unknown,
): Promise<void> {
  const [first, second] = args.map(String)
  if (name === 'writeFile' && first !== undefined && second !== undefined)
    await real(fs, [first, second.slice(0, second.length / 2)])
  if (name !== 'copyFile' || second === undefined) return
  await real(fs, args)
  truncateSync(second, 10)
}

function plantSync(handle: object, path: string): void {
  wrap(handle, 'sync', (real) => async (self, args) => {
    const fault = faultOf(() => `sync ${place(path)}`)
    if (fault !== null) throw fileError(fault, 'fsync')
    await real(self, args)
  })
}

/** The last of a path, without the numbers of processes and tries. */
function place(path: string): string {
  return basename(path).replaceAll(/partial-\d+/g, 'partial')
}

plantDatabases()
plantFiles()
syncBuiltinESMExports()
// That does nothing for node:sqlite, so whoever imports it is given another module.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'node:sqlite' && context.parentURL?.endsWith('.ts') === true && !OWN.test(context.parentURL)
      ? { url: new URL('./planted-sqlite.ts', import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
})
