import { resolve } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { brotliDecompressSync } from 'node:zlib'
import type { Json, JsonObject } from '@apsis/core/json'
import type { Run, RunId } from '@apsis/core/run'
import { type JobRow, type OutputChunk, type RunWrite, type Store, StoreError } from '../port/index.ts'
import { onFiles } from '../sqlite/failure.ts'
import { openSqliteStore } from '../sqlite/index.ts'
import { convertRun } from './convert-run.ts'
import { OldFile, type OldRow } from './old-file.ts'

/** What an ad hoc job of the old file is here, or why it cannot be. */
export type JobOf = (
  jobId: string,
  document: Json,
) =>
  | { readonly ok: true; readonly hash: string; readonly json: JsonObject }
  | { readonly ok: false; readonly message: string }

export interface ImportOptions {
  /** The old database, or archive. It is only read. */
  readonly path: string
  /** The data folder, made where there is none. */
  readonly data: string
  readonly jobOf: JobOf
  readonly progress: (runs: number, all: number) => void
}

export interface Imported {
  readonly runs: number
  /** Runs that an earlier import had brought. */
  readonly known: number
  readonly outputs: number
  readonly jobs: number
  /** What was left out, the first hundred. */
  readonly notices: readonly { readonly what: string; readonly why: string }[]
  readonly moreNotices: number
}

/** Runs of one transaction. */
const SLICE = 200
/** Notices kept. */
const NOTICES = 100
/** Bytes given to the store at a time. */
const PIECE = 1 << 20
/** Bytes of output that are made durable together. */
const TOGETHER: number = 4 << 20
/** Bytes of the largest output that is taken. */
const OUTPUT_MOST: number = 1 << 30

/**
 * Brings history over, in slices of which each is there whole or not at all, outputs first: started again after whatever end, it goes on where
 * it was. Throws `StoreError`: `STORE_IMPORT` where the file is no such database or one of its runs has the id of another run, before anything is
 * written; `STORE_LOCKED` while a server has the data folder open.
 */
export async function importDatabase(options: ImportOptions): Promise<Imported> {
  // What the store says has a code already; what is left is said of the old file.
  return await onFiles(resolve(options.path), async () => {
    const old = new OldFile(options.path)
    try {
      const store = await openSqliteStore({ folder: options.data })
      try {
        return await new Import(old, store, options).run()
      } finally {
        await store.close()
      }
    } finally {
      old.close()
    }
  })
}

class Import {
  readonly #old: OldFile
  readonly #store: Store
  readonly #options: ImportOptions
  readonly #notices: { readonly what: string; readonly why: string }[] = []
  #noticed = 0
  #runs = 0
  #known = 0
  #outputs = 0

  constructor(old: OldFile, store: Store, options: ImportOptions) {
    this.#old = old
    this.#store = store
    this.#options = options
  }

  async run(): Promise<Imported> {
    if ((await this.#store.read.nextRun()) > 1)
      for await (const slice of this.#slices()) await this.#strangers(slice, true)
    const jobs = await this.#jobs()
    const all = this.#old.countRuns()
    let done = 0
    for await (const slice of this.#slices()) {
      await this.#write(slice)
      done += slice.length
      this.#options.progress(Math.min(done, all), all)
    }
    const { length } = this.#notices
    const counts = { runs: this.#runs, known: this.#known, outputs: this.#outputs, jobs }
    return { ...counts, notices: this.#notices, moreNotices: this.#noticed - length }
  }

  async *#slices(): AsyncGenerator<readonly OldRow[]> {
    for (let after = -1; ; ) {
      const rows = this.#old.runs(after, SLICE)
      if (rows.length > 0) yield rows
      if (rows.length < SLICE) return
      after = Number(rows.at(-1)?.['rowid'])
      await turn()
    }
  }

  async #write(rows: readonly OldRow[]): Promise<void> {
    const writes: RunWrite[] = []
    for (const row of await this.#strangers(rows, false)) {
      const converted = convertRun(row, this.#old.history(String(row['run_id'])))
      if (converted.ok) writes.push(converted.write)
      else this.#notice(`run ${String(row['run_id'])} left out`, converted.why)
    }
    await this.#storeOutputs(writes.map(({ run }) => run.id))
    // With the number of the next run first of all, so that a server that is started in between gives none of these out.
    const { conflicts } = await this.#store.commit({ runs: writes, nextRun: this.#old.nextRun() })
    if (conflicts.length > 0) throw new StoreError('STORE_IMPORT', `the run ids ${conflicts.join(', ')} are taken`)
    this.#runs += writes.length
  }

  /** Those of these runs that are not there. Throws where one is there as another run. */
  async #strangers(rows: readonly OldRow[], quiet: boolean): Promise<readonly OldRow[]> {
    const converted = rows.map((row) => ({ row, run: convertRun(row, []) }))
    const ids = converted.flatMap(({ run }) => (run.ok ? [run.write.run.id] : []))
    if (ids.length === 0) return rows
    const { runs } = await this.#store.read.runs({ filter: { ids }, limit: ids.length })
    const there = new Map(runs.map((run) => [run.id, run]))
    return converted.flatMap(({ row, run }) => {
      const known = run.ok ? there.get(run.write.run.id) : undefined
      if (!run.ok || known === undefined) return [row]
      if (!isSame(known, run.write.run)) throw this.#taken(known)
      if (!quiet) this.#known++
      return []
    })
  }

  #taken({ id, jobId }: Run): StoreError {
    const what = `the data folder ${this.#options.data} has another run ${id} already, of job ${jobId}`
    return new StoreError('STORE_IMPORT', `${what}. Import into a new data folder; nothing was changed`)
  }

  /** Stores the outputs of these runs, many small ones together: each call waits for the disk. */
  async #storeOutputs(ids: readonly RunId[]): Promise<void> {
    let chunks: OutputChunk[] = []
    let size = 0
    const flush = async (): Promise<void> => {
      await this.#store.appendOutput(chunks)
      chunks = []
      size = 0
    }
    for (const runId of ids) {
      for (const row of this.#old.outputs(runId)) {
        const outputId = String(row['output_id'])
        const data = this.#bytes(row, `output ${outputId} of ${runId} left out`)
        if (data === null) continue
        this.#outputs++
        for (let offset = 0; offset === 0 || offset < data.length; offset += PIECE) {
          const piece = data.subarray(offset, offset + PIECE)
          chunks.push({ runId, outputId, offset, data: piece })
          size += piece.length
          if (size >= TOGETHER) await flush()
        }
      }
    }
    if (chunks.length > 0) await flush()
  }

  #bytes({ data, compression }: OldRow, what: string): Uint8Array | null {
    if (!(data instanceof Uint8Array)) {
      this.#notice(what, 'its data is no bytes')
      return null
    }
    if (compression === null || compression === undefined) return data
    if (compression !== 'br') {
      this.#notice(what, `its compression is ${String(compression)}`)
      return null
    }
    try {
      return brotliDecompressSync(data, { maxOutputLength: OUTPUT_MOST })
    } catch (error) {
      this.#notice(what, error instanceof Error ? error.message : String(error))
      return null
    }
  }

  async #jobs(): Promise<number> {
    const jobs: JobRow[] = []
    const there = new Set((await this.#store.read.jobs()).map(({ jobId }) => jobId))
    for (const { job_id, job } of this.#old.jobs()) {
      const jobId = String(job_id)
      if (there.has(jobId)) continue
      const read = this.#job(jobId, String(job))
      if (read.ok) jobs.push({ jobId, hash: read.hash, json: read.json, adHoc: true })
      else this.#notice(`ad hoc job ${jobId} left out`, read.message)
    }
    await this.#store.commit({ jobs, nextRun: this.#old.nextRun() })
    return jobs.length
  }

  #job(jobId: string, text: string): ReturnType<JobOf> {
    let document: Json
    try {
      document = JSON.parse(text) as Json
    } catch {
      return { ok: false, message: 'it is no JSON' }
    }
    return this.#options.jobOf(jobId, document)
  }

  #notice(what: string, why: string): void {
    this.#noticed++
    if (this.#notices.length < NOTICES) this.#notices.push({ what, why })
  }
}

/** Whether a stored run is one that was imported from this row: what can have changed since, such as a mark, does not count. */
function isSame(stored: Run, imported: Run): boolean {
  const { schedule, running, scheduled } = imported.times
  return (
    stored.jobId === imported.jobId &&
    isDeepStrictEqual({ ...stored.args }, { ...imported.args }) &&
    stored.times.schedule === schedule &&
    stored.times.scheduled === scheduled &&
    stored.times.running === running
  )
}
