import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { existsSync } from 'node:fs'
import { importDatabase } from '@apsis/store/folder'
import { differences, type Held, runsOf, unsaid, unsound } from './look.ts'
import type { Scenario } from './scenario.ts'

const RUNS = 4

/** `apsisctl import-db` of a file of the existing Apsis into a new data folder. `made`: a folder for that file. */
export async function importScenario(made: string): Promise<Scenario> {
  await mkdir(made)
  const path = join(made, 'old.db')
  makeOldFile(path)
  const importInto = async (data: string): Promise<void> => {
    const jobOf = (): { readonly ok: true; readonly hash: string; readonly json: {} } => ({
      ok: true,
      hash: 'hash',
      json: {},
    })
    await importDatabase({ path, data, jobOf, progress: () => {} })
  }
  const undisturbed = join(made, 'data')
  await importInto(undisturbed)
  const wanted = runsOf(undisturbed)
  const counters = countersOf(undisturbed)
  return {
    tries: 'dear',
    // To open a store is tried with the migration.
    elsewhere: /^(?:open (?!old)|PRAGMA|readdir|mkdir|in CREATE)/,
    thread: null,
    close: async () => {},
    begin: async (folder) => {
      const data = join(folder, 'data')
      return {
        operate: () => importInto(data),
        afterFault: async (fault, error) => [...(fault === 'death' ? [] : unsaid(error)), ...partOf(data, wanted)],
        atEnd: async () => [
          ...unsound(data, 'all'),
          ...differences(runsOf(data), wanted, 'imported'),
          ...(countersOf(data) === counters ? [] : [`the counters are ${countersOf(data)}, and should be ${counters}`]),
        ],
        end: async () => {},
      }
    },
  }
}

/** Whatever is there is there whole. */
function partOf(data: string, wanted: ReadonlyMap<number, Held>): readonly string[] {
  if (!existsSync(join(data, 'runs.db')) || !existsSync(join(data, 'outputs.db'))) return []
  const found = runsOf(data)
  return differences(found, new Map([...wanted].filter(([number]) => found.has(number))), 'after the fault')
}

function countersOf(data: string): string {
  const db = new DatabaseSync(join(data, 'runs.db'), { readOnly: true })
  try {
    return JSON.stringify([
      db.prepare('SELECT name, value FROM counters ORDER BY name').all(),
      db.prepare('SELECT job, ad_hoc FROM jobs').all(),
    ])
  } finally {
    db.close()
  }
}

/** As the existing Apsis makes it, with what an import reads. */
function makeOldFile(path: string): void {
  const db = new DatabaseSync(path)
  db.exec(`
    CREATE TABLE next_run_id (number INTEGER NOT NULL);
    CREATE TABLE jobs (job_id VARCHAR NOT NULL, job VARCHAR NOT NULL);
    CREATE TABLE runs (rowid INTEGER PRIMARY KEY, run_id VARCHAR NOT NULL, timestamp FLOAT NOT NULL, job_id VARCHAR NOT NULL, args VARCHAR NOT NULL,
      state VARCHAR NOT NULL, program VARCHAR, times VARCHAR NOT NULL, meta VARCHAR, message VARCHAR, conds VARCHAR);
    CREATE TABLE run_history (run_id VARCHAR NOT NULL, timestamp FLOAT NOT NULL, message VARCHAR NOT NULL);
    CREATE TABLE output (run_id VARCHAR NOT NULL, output_id VARCHAR NOT NULL, name VARCHAR NOT NULL, content_type VARCHAR NOT NULL,
      length INTEGER NOT NULL, compression VARCHAR, data BLOB NOT NULL, PRIMARY KEY (run_id, output_id));
    INSERT INTO next_run_id VALUES (9);
    INSERT INTO jobs VALUES ('adhoc', '{}')`)
  const time = 1_764_000_000
  const iso = new Date(time * 1_000).toISOString().replace('Z', '+00:00')
  const times = JSON.stringify({ schedule: iso, running: iso, success: iso })
  for (let number = 1; number <= RUNS; number++) {
    const id = `r${number}`
    db.prepare(
      `INSERT INTO runs (rowid, run_id, timestamp, job_id, args, state, program, times, meta) VALUES (?, ?, ?, 'job', '{}', 'success', '{"type": "x"}', ?, '{"program": {"status": 0}}')`,
    ).run(number, id, time, times)
    for (const message of ['scheduled: now', 'running', 'success'])
      db.prepare('INSERT INTO run_history VALUES (?, ?, ?)').run(id, time, message)
    const bytes = new Uint8Array(3_000)
    db.prepare(`INSERT INTO output VALUES (?, 'output', 'x', 'text/plain', ?, NULL, ?)`).run(id, bytes.length, bytes)
  }
  db.close()
}
