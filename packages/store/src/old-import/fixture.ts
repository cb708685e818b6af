import { DatabaseSync } from 'node:sqlite'
import { brotliCompressSync } from 'node:zlib'

/** A run as the existing Apsis stores it; what is left out is as of a plain success. */
export interface OldRun {
  readonly number: number
  readonly state?: string
  readonly args?: string
  readonly program?: string | null
  readonly times?: Readonly<Record<string, string>>
  readonly meta?: string | null
  readonly history?: readonly (readonly [time: number, message: string])[]
  readonly output?: { readonly bytes: Uint8Array; readonly compression: 'br' | null }
}

/** Seconds since 1970 of the first run. */
export const OLD_T0 = 1_764_000_000

/** Makes a file as the existing Apsis does (spec/apsis.md 10.2). */
export function makeOldFile(path: string, runs: readonly OldRun[], jobs: Readonly<Record<string, string>> = {}): void {
  const db = new DatabaseSync(path)
  db.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE clock (time FLOAT NOT NULL);
    CREATE TABLE next_run_id (number INTEGER NOT NULL);
    CREATE TABLE jobs (job_id VARCHAR NOT NULL, job VARCHAR NOT NULL);
    CREATE TABLE runs (rowid INTEGER PRIMARY KEY, run_id VARCHAR NOT NULL, timestamp FLOAT NOT NULL, job_id VARCHAR NOT NULL, args VARCHAR NOT NULL,
      state VARCHAR NOT NULL, program VARCHAR, times VARCHAR NOT NULL, meta VARCHAR, message VARCHAR, run_state VARCHAR, rerun VARCHAR,
      expected BOOLEAN NOT NULL, conds VARCHAR, actions VARCHAR);
    CREATE INDEX idx_runs_job_args ON runs (job_id, args);
    CREATE TABLE run_summary (run_id VARCHAR NOT NULL UNIQUE, timestamp FLOAT NOT NULL, payload VARCHAR NOT NULL);
    CREATE INDEX idx_timestamp ON run_summary (timestamp);
    CREATE TABLE run_history (run_id VARCHAR NOT NULL, timestamp FLOAT NOT NULL, message VARCHAR NOT NULL);
    CREATE INDEX idx_run_id ON run_history (run_id);
    CREATE TABLE output (run_id VARCHAR NOT NULL, output_id VARCHAR NOT NULL, name VARCHAR NOT NULL, content_type VARCHAR NOT NULL,
      length INTEGER NOT NULL, compression VARCHAR, data BLOB NOT NULL, PRIMARY KEY (run_id, output_id));
    BEGIN`)
  const insert = db.prepare(
    'INSERT INTO runs (rowid, run_id, timestamp, job_id, args, state, program, times, meta, expected, conds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)',
  )
  const log = db.prepare('INSERT INTO run_history VALUES (?, ?, ?)')
  const output = db.prepare('INSERT INTO output VALUES (?, ?, ?, ?, ?, ?, ?)')
  for (const run of runs) {
    const { number, state = 'success' } = run
    const id = `r${number}`
    const time = OLD_T0 + number + 0.123456
    const times = run.times ?? { schedule: oldTime(time - 2), running: oldTime(time - 1), [state]: oldTime(time) }
    const meta =
      run.meta === undefined ? '{"job": {"labels": ["old"]}, "elapsed": 1.5, "program": {"status": 0}}' : run.meta
    const program = run.program === undefined ? '{"type": "procstar-shell", "command": "echo hi"}' : run.program
    const conds = '[{"type": "dependency", "job_id": "other", "str": "other has run"}]'
    insert.run(
      number,
      id,
      time,
      'some/job',
      run.args ?? '{"date":"2026-01-01"}',
      state,
      program,
      JSON.stringify(times),
      meta,
      conds,
    )
    for (const [at, message] of run.history ??
      ([
        [time - 2, 'scheduled: now'],
        [time - 1, 'running'],
        [time, state],
      ] as const)) {
      log.run(id, at, message)
    }
    if (run.output === undefined) continue
    const { bytes, compression } = run.output
    output.run(
      id,
      'output',
      'combined stdout & stderr',
      'text/plain',
      bytes.length,
      compression,
      compression === null ? bytes : brotliCompressSync(bytes),
    )
  }
  const next = Math.max(0, ...runs.map(({ number }) => number)) + 3
  db.prepare('INSERT INTO next_run_id VALUES (?)').run(next)
  db.prepare('INSERT INTO clock VALUES (?)').run(OLD_T0)
  for (const [jobId, job] of Object.entries(jobs)) db.prepare('INSERT INTO jobs VALUES (?, ?)').run(jobId, job)
  db.exec('COMMIT')
  db.close()
}

/** A time as the existing Apsis prints it. */
export function oldTime(seconds: number): string {
  const whole = new Date(Math.floor(seconds) * 1_000).toISOString().slice(0, 19)
  const fraction = (seconds % 1)
    .toFixed(8)
    .slice(1)
    .replace(/\.?0+$/, '')
  return `${whole}${fraction}+00:00`
}
