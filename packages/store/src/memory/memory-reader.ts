import type { JsonObject } from '@apsis/core/json'
import { type Args, isFinished, type Run, type RunId, runId, type State } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import {
  type CursorRow,
  type InstantRow,
  type JobRow,
  type JobVersionRow,
  type LedgerRequest,
  type OutputInfo,
  type Reader,
  type ReadOptions,
  type RecordKind,
  type RecordRow,
  type RunFilter,
  type RunOrder,
  type RunPage,
  type RunPageRequest,
  type StoredFact,
  StoreError,
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
  decodeUndecided,
  decodeVersion,
  type InstantCounts,
  instantCounts,
  isByDue,
  ledgerPlace,
  ledgerVerdicts,
  pageEnd,
  placeOf,
  pageStart,
  STATE_CODES,
} from '../row/index.ts'
import type { MemoryDisk } from './disk.ts'
import { matcher } from './filter.ts'
import { isAfter } from './instants.ts'
import type { StoredRun } from './runs.ts'

/** Reads a disk in memory, through the same rows as the other backends. `check` throws when the store is closed. */
export class MemoryReader implements Reader {
  readonly #disk: MemoryDisk
  readonly #check: () => void
  readonly #bounds = new BoundTexts()

  constructor(disk: MemoryDisk, check: () => void) {
    this.#disk = disk
    this.#check = check
  }

  async run(id: RunId): Promise<Run | null> {
    const run = this.#tables().runs.get(checkedNumber(id))
    return run === null ? null : this.#decode(run)
  }

  async runs(request: RunPageRequest, options: ReadOptions = {}): Promise<RunPage> {
    checkWanted(options)
    const start = pageStart(request)
    const order = request.order ?? 'newest'
    const compare = comparison(order)
    const found = this.#matching(request.filter)
      .filter(({ due }) => due !== null || !isByDue(order))
      .filter((run) => start === null || compare(run, { run: start.number, due: start.due }) > 0)
      .sort(compare)
    const runs = found.slice(0, request.limit).map((run) => this.#decode(run))
    const last = runs.at(-1)
    const more = found.length > runs.length && last !== undefined
    return { runs, ...pageEnd(order, more ? placeOf(last) : null) }
  }

  async countRuns(filter: RunFilter, limit: number, options: ReadOptions = {}): Promise<number> {
    checkWanted(options)
    checkFilter(filter)
    checkLimit(limit, Number.MAX_SAFE_INTEGER)
    return Math.min(limit, this.#matching(filter).length)
  }

  async meta(id: RunId): Promise<JsonObject | null> {
    const text = this.#tables().meta.get(checkedNumber(id))
    return text === undefined ? null : decodeMeta(id, text)
  }

  async metas(ids: readonly RunId[]): Promise<ReadonlyMap<RunId, JsonObject>> {
    checkFilter({ ids })
    const { meta } = this.#tables()
    const texts = ids.map((id) => [id, meta.get(checkedNumber(id))] as const)
    return new Map(texts.flatMap(([id, text]) => (text === undefined ? [] : [[id, decodeMeta(id, text)]])))
  }

  async log(id: RunId): Promise<readonly StoredFact[]> {
    return this.#tables().factsOf(checkedNumber(id)).map(decodeFact)
  }

  async facts(after: number, limit: number): Promise<readonly StoredFact[]> {
    checkLimit(limit)
    return this.#tables().factsAfter(after, limit).map(decodeFact)
  }

  async lastSeq(): Promise<number> {
    return this.#tables().seq
  }

  async outputs(id: RunId): Promise<readonly OutputInfo[]> {
    this.#check()
    return this.#disk.outputs.list(id)
  }

  async output(id: RunId, outputId: string, start: number, end: number): Promise<Uint8Array | null> {
    this.#check()
    return this.#disk.outputs.range(id, outputId, ...checkedRange(start, end))
  }

  async liveRuns(): Promise<readonly Run[]> {
    return this.#tables()
      .runs.unfinished()
      .filter(({ state }) => state !== 'new' && state !== 'scheduled')
      .map((run) => this.#decode(run))
  }

  async scheduledRuns(before: Instant, limit: number): Promise<readonly Run[]> {
    checkLimit(limit, Number.MAX_SAFE_INTEGER)
    return this.#tables()
      .runs.unfinished()
      .filter(({ state, due }) => (state === 'new' || state === 'scheduled') && due !== null && due < before)
      .sort((left, right) => (left.due ?? 0) - (right.due ?? 0) || left.run - right.run)
      .slice(0, limit)
      .map((run) => this.#decode(run))
  }

  async runsOf(jobId: string, args: Args): ReturnType<Reader['runsOf']> {
    const unfinished: { readonly id: RunId; readonly state: State }[] = []
    const finished: Partial<Record<State, RunId>> = {}
    for (const { run, state } of this.#tables().runs.ofArgs(jobId, argsText(args))) {
      if (isFinished(state)) finished[state] = runId(run)
      else unfinished.push({ id: runId(run), state })
    }
    return { unfinished, finished }
  }

  async instants(jobId: string | null, from: Instant, to: Instant, limit: number): Promise<readonly InstantRow[]> {
    checkLimit(limit, Number.MAX_SAFE_INTEGER)
    return this.#tables().instants.between(jobId, from, to).slice(0, limit).map(decodeInstant)
  }

  async ledger(request: LedgerRequest): Promise<readonly InstantRow[]> {
    const verdicts = ledgerVerdicts(request)
    const { from, to, jobId = null, later = null, after, limit } = request
    const place = ledgerPlace(after)
    return this.#tables()
      .instants.between(jobId, from, to)
      .filter((row) => verdicts?.includes(row[5]) ?? true)
      .filter((row) => later === null || (row[7] !== null && row[7] - row[1] > later))
      .filter((row) => place === null || isAfter(row, place))
      .slice(0, limit)
      .map(decodeInstant)
  }

  async undecidedInstants(before: Instant, limit: number): ReturnType<Reader['undecidedInstants']> {
    checkLimit(limit, Number.MAX_SAFE_INTEGER)
    const { instants, runs } = this.#tables()
    return instants
      .undecided(before)
      .slice(0, limit)
      .map((row) => {
        const run = row[4] === null ? null : runs.get(row[4])
        return decodeUndecided([...row, run === null ? null : STATE_CODES[run.state]])
      })
  }

  async pendingInstants(jobId: string): ReturnType<Reader['pendingInstants']> {
    const { instants, runs } = this.#tables()
    return instants.pending(jobId).flatMap((row) => {
      const run = row[4] === null ? null : runs.get(row[4])
      return run === null ? [] : [{ ...decodeInstant(row), runVersion: run.version }]
    })
  }

  async countInstants(from: Instant, to: Instant): Promise<InstantCounts> {
    return instantCounts(
      this.#tables()
        .instants.between(null, from, to)
        .map((row) => [row[5], 1]),
    )
  }

  async jobs(): Promise<readonly JobRow[]> {
    const rows = [...this.#tables().jobs.values()].map(decodeJob)
    return rows.sort((left, right) => (left.jobId < right.jobId ? -1 : 1))
  }

  async definition(hash: string): Promise<JobRow | null> {
    const row = this.#tables().definitions.get(hash)
    return row === undefined ? null : decodeJob(row)
  }

  async cursors(): Promise<readonly CursorRow[]> {
    return [...this.#tables().cursors]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, row]) => decodeCursor(row))
  }

  async records(kind: RecordKind): Promise<readonly RecordRow[]> {
    const rows = [...this.#tables().records.values()].filter((row) => row[0] === kind)
    return rows.map(([, id, json]) => decodeRecord(kind, [id, json])).sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  async jobVersions(jobId: string, limit: number): Promise<readonly JobVersionRow[]> {
    checkLimit(limit)
    const rows = [...this.#tables().versions.values()].filter((row) => row[0] === jobId)
    return rows
      .sort((a, b) => b[1] - a[1])
      .slice(0, limit)
      .map(decodeVersion)
  }

  async nextRun(): Promise<number> {
    return this.#tables().nextRun
  }

  #tables(): MemoryDisk['tables'] {
    this.#check()
    return this.#disk.tables
  }

  #matching(filter: RunFilter): StoredRun[] {
    const { runs } = this.#tables()
    if (filter.ids === undefined) return [...runs.all()].filter(matcher(filter, this.#bounds))
    const named = [...new Set(filter.ids.map(checkedNumber))].map((number) => runs.get(number))
    return named.filter((run) => run !== null).filter(matcher(filter, this.#bounds))
  }

  #decode({ row }: StoredRun): Run {
    return decodeRun(row, this.#bounds)
  }
}

function checkWanted({ signal }: ReadOptions): void {
  if (signal?.aborted === true) throw new StoreError('STORE_CANCELLED', 'the read was cancelled by who asked for it')
}

type Place = Pick<StoredRun, 'run' | 'due'>

function comparison(order: RunOrder): (left: Place, right: Place) => number {
  const sign = order === 'newest' || order === 'latest' ? -1 : 1
  if (!isByDue(order)) return (left, right) => (left.run - right.run) * sign
  return (left, right) => ((left.due ?? 0) - (right.due ?? 0) || left.run - right.run) * sign
}
