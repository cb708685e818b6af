import type { JsonObject } from '@apsis/core/json'
import { type Args, type Run, type RunId, runId } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type {
  CursorRow,
  InstantRow,
  JobRow,
  JobVersionRow,
  LedgerRequest,
  OutputInfo,
  Reader,
  ReadOptions,
  RecordKind,
  RecordRow,
  RunFilter,
  RunPage,
  RunPageRequest,
  StoredFact,
} from '../port/index.ts'
import {
  argsText,
  BoundTexts,
  checkedNumber,
  checkedRange,
  checkFilter,
  checkLimit,
  decodeCursor,
  decodeFact,
  decodeInstant,
  decodeJob,
  decodeMeta,
  decodeRecord,
  decodeRun,
  decodeRunState,
  decodeUndecided,
  decodeVersion,
  type InstantCounts,
  instantCounts,
  ledgerPlace,
  ledgerVerdicts,
  pageStart,
  pageEnd,
} from '../row/index.ts'
import { filterValues } from './filter-values.ts'
import type { Lane } from './lane.ts'
import type { Slices } from './protocol.ts'
import type { ReadPool } from './read-pool.ts'
import { decodeSlices } from './slices.ts'

/**
 * Reads through threads: `quick` for what is found at once, so that it never waits behind those of `slow`, which page through
 * history, search and count.
 */
export class SqliteReader implements Reader {
  readonly #quick: Lane
  readonly #slow: ReadPool
  readonly #bounds = new BoundTexts()

  constructor(quick: Lane, slow: ReadPool) {
    this.#quick = quick
    this.#slow = slow
  }

  async run(id: RunId): Promise<Run | null> {
    return (await this.#decodeRuns(await this.#quick.ask('run', checkedNumber(id))))[0] ?? null
  }

  async runs(request: RunPageRequest, options: ReadOptions = {}): Promise<RunPage> {
    const start = pageStart(request)
    const { limit, order = 'newest' } = request
    const filter = filterValues(request.filter)
    const { runs, next } = await this.#slow.ask(options.signal, 'runs', filter, order, start, limit)
    return { runs: await this.#decodeRuns(runs), ...pageEnd(order, next) }
  }

  async countRuns(filter: RunFilter, limit: number, options: ReadOptions = {}): Promise<number> {
    checkFilter(filter)
    checkLimit(limit, Number.MAX_SAFE_INTEGER)
    return await this.#slow.ask(options.signal, 'countRuns', filterValues(filter), limit)
  }

  async meta(id: RunId): Promise<JsonObject | null> {
    const text = await this.#quick.ask('meta', checkedNumber(id))
    return text === null ? null : decodeMeta(id, text)
  }

  async metas(ids: readonly RunId[]): Promise<ReadonlyMap<RunId, JsonObject>> {
    checkFilter({ ids })
    const rows = await decodeSlices(await this.#slow.ask(undefined, 'metas', ids.map(checkedNumber)), (row) => {
      const id = runId(Number(row[0]))
      return [id, decodeMeta(id, row[1])] as const
    })
    return new Map(rows)
  }

  async log(id: RunId): Promise<readonly StoredFact[]> {
    return await decodeSlices(await this.#quick.ask('log', checkedNumber(id)), decodeFact)
  }

  async facts(after: number, limit: number): Promise<readonly StoredFact[]> {
    checkLimit(limit)
    return await decodeSlices(await this.#slow.ask(undefined, 'facts', after, limit), decodeFact)
  }

  async lastSeq(): Promise<number> {
    return await this.#quick.ask('lastSeq')
  }

  async outputs(id: RunId): Promise<readonly OutputInfo[]> {
    const rows = await this.#quick.ask('outputs', checkedNumber(id))
    return rows.map(([name, length]) => ({ outputId: String(name), length: Number(length) }))
  }

  async output(id: RunId, outputId: string, start: number, end: number): Promise<Uint8Array | null> {
    const range = checkedRange(start, end)
    return await this.#slow.ask(undefined, 'output', checkedNumber(id), outputId, ...range)
  }

  async liveRuns(): Promise<readonly Run[]> {
    return await this.#decodeRuns(await this.#quick.ask('liveRuns'))
  }

  async scheduledRuns(before: Instant, limit: number): Promise<readonly Run[]> {
    checkLimit(limit, Number.MAX_SAFE_INTEGER)
    return await this.#decodeRuns(await this.#quick.ask('scheduledRuns', before, limit))
  }

  async runsOf(jobId: string, args: Args): ReturnType<Reader['runsOf']> {
    const { unfinished, finished } = await this.#quick.ask('runsOf', jobId, argsText(args))
    return {
      unfinished: unfinished.map(decodeRunState),
      finished: Object.fromEntries(finished.map(decodeRunState).map(({ id, state }) => [state, id])),
    }
  }

  async instants(jobId: string | null, from: Instant, to: Instant, limit: number): Promise<readonly InstantRow[]> {
    checkLimit(limit, Number.MAX_SAFE_INTEGER)
    return await decodeSlices(await this.#slow.ask(undefined, 'instants', jobId, from, to, limit), decodeInstant)
  }

  async ledger(request: LedgerRequest): Promise<readonly InstantRow[]> {
    const { from, to, jobId: job = null, later = null, after, limit } = request
    const values = { from, to, job, verdicts: ledgerVerdicts(request), later, after: ledgerPlace(after), limit }
    return await decodeSlices(await this.#slow.ask(undefined, 'ledger', values), decodeInstant)
  }

  async undecidedInstants(before: Instant, limit: number): ReturnType<Reader['undecidedInstants']> {
    checkLimit(limit, Number.MAX_SAFE_INTEGER)
    return await decodeSlices(await this.#slow.ask(undefined, 'undecidedInstants', before, limit), decodeUndecided)
  }

  async pendingInstants(jobId: string): ReturnType<Reader['pendingInstants']> {
    return await decodeSlices(await this.#quick.ask('pendingInstants', jobId), (row) => ({
      ...decodeInstant(row),
      runVersion: Number(row[8]),
    }))
  }

  async countInstants(from: Instant, to: Instant): Promise<InstantCounts> {
    return instantCounts(await this.#slow.ask(undefined, 'countInstants', from, to))
  }

  async jobs(): Promise<readonly JobRow[]> {
    return await decodeSlices(await this.#quick.ask('jobs'), decodeJob)
  }

  async definition(hash: string): Promise<JobRow | null> {
    return (await decodeSlices(await this.#quick.ask('definition', hash), decodeJob))[0] ?? null
  }

  async cursors(): Promise<readonly CursorRow[]> {
    return await decodeSlices(await this.#quick.ask('cursors'), decodeCursor)
  }

  async records(kind: RecordKind): Promise<readonly RecordRow[]> {
    return (await this.#quick.ask('records', kind)).map((row) => decodeRecord(kind, row))
  }

  async jobVersions(jobId: string, limit: number): Promise<readonly JobVersionRow[]> {
    checkLimit(limit)
    return (await this.#quick.ask('jobVersions', jobId, limit)).map(decodeVersion)
  }

  async nextRun(): Promise<number> {
    return await this.#quick.ask('nextRun')
  }

  #decodeRuns(slices: Slices): Promise<readonly Run[]> {
    return decodeSlices(slices, (row) => decodeRun(row, this.#bounds))
  }
}
