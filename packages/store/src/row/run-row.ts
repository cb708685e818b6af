import { canonicalJson, type JsonObject } from '@apsis/core/json'
import { type Args, type Bound, isFinished, parseRunId, type Run, runId, runNumber } from '@apsis/core/run'
import { StoreError } from '../port/index.ts'
import type { BoundTexts } from './bound.ts'
import { STATE_CODES, stateOf } from './codes.ts'
import {
  detailText,
  readDetail,
  readHandle,
  readHandleOrNull,
  readHeld,
  readStopping,
  readUnreachable,
  readWaitingFor,
} from './detail.ts'
import { readOrigin } from './origin.ts'
import { count, list, Misfit, object, parsed, text } from './shape.ts'
import { pushTimes, readTimes, TIME_COLUMNS } from './times.ts'
import type { SqlValue } from './value.ts'

/**
 * A run as it is read, in this order: number, job id, args, labels, origin, version, state, the times, bound, detail.
 * Everything that has members is JSON text.
 */
export type RunRow = readonly SqlValue[]

/** Columns that any change may change. `changed` is the time of the last change. */
export const MOVING_COLUMNS: readonly string[] = ['version', 'state', 'changed', ...TIME_COLUMNS, 'detail']

const TIMES_AT = 7
const BOUND_AT: number = TIMES_AT + TIME_COLUMNS.length
const DETAIL_AT: number = BOUND_AT + 1

/** Number of values of a `RunRow`. */
export const RUN_ROW_LENGTH: number = DETAIL_AT + 1

/** The number of a run, or a `StoreError` when the id is none. */
export function checkedNumber(id: string): number {
  const parsedId = parseRunId(id)
  if (parsedId === null) throw new StoreError('STORE_REQUEST', `${JSON.stringify(id)} is not a run id`)
  return runNumber(parsedId)
}

/** Values that never change after the run is inserted. */
export function fixedValues(run: Run): readonly [job: string, args: string, labels: string, origin: string] {
  return [run.jobId, argsText(run.args), JSON.stringify(run.labels), JSON.stringify(run.origin)]
}

/** Args as the text by which equal args are equal. */
export function argsText(args: Args): string {
  return canonicalJson(args)
}

/** Values of `MOVING_COLUMNS`. `latest` is the time of the newest fact of the change, or -Infinity. */
export function movingValues(run: Run, latest: number): SqlValue[] {
  if (!Number.isSafeInteger(run.version) || run.version < 0) {
    throw new StoreError('STORE_REQUEST', `version of ${run.id} is ${run.version}`)
  }
  const values: SqlValue[] = [run.version, STATE_CODES[run.state], 0]
  const changed = Math.max(latest, pushTimes(run.times, values))
  values[2] = changed === -Infinity ? 0 : changed
  values.push(detailText(run))
  return values
}

/** What the run is bound to, as JSON text; null when it is not. */
export function boundText(run: Run): string | null {
  if (run.state === 'new' || run.state === 'scheduled') return null
  return run.bound === null ? null : JSON.stringify(run.bound)
}

/** The row of parts, for a backend that keeps rows as they are read. */
export function rowOf(
  number: number,
  fixed: readonly SqlValue[],
  moving: readonly SqlValue[],
  bound: string | null,
): RunRow {
  const times = moving.slice(3, 3 + TIME_COLUMNS.length)
  return [number, ...fixed, moving[0] ?? null, moving[1] ?? null, ...times, bound, moving.at(-1) ?? null]
}

/** The run of a row. Throws `StoreError` `STORE_DAMAGED`, which names the run and what is wrong with it. */
export function decodeRun(row: readonly unknown[], bounds: BoundTexts): Run {
  try {
    return readRun(row, bounds)
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    throw new StoreError('STORE_DAMAGED', `run r${String(row[0])} cannot be read: ${error.message}`, { cause: error })
  }
}

function readRun(row: readonly unknown[], bounds: BoundTexts): Run {
  const state = stateOf(row[6])
  if (state === null) throw new Misfit('state', 'the code of a state', row[6])
  const base = {
    id: runId(count(row[0], 'number')),
    jobId: text(row[1], 'job'),
    args: readArgs(row[2]),
    labels: list(parsed(row[3], 'labels'), 'labels', text),
    origin: readOrigin(row[4]),
    version: count(row[5], 'version'),
    times: readTimes(row, TIMES_AT),
  }
  const bound = bounds.read(row[BOUND_AT])
  if (state === 'new') return { ...base, state }
  if (state === 'scheduled') return { ...base, state, held: readHeld(row[DETAIL_AT]) }
  if (isFinished(state)) {
    const detail = readDetail(row[DETAIL_AT])
    return { ...base, state, bound, handle: readHandleOrNull(detail), ...readEnd(detail) }
  }
  const held = required(bound)
  if (state === 'waiting') return { ...base, state, bound: held, waitingFor: readWaitingFor(row[DETAIL_AT]) }
  const detail = readDetail(row[DETAIL_AT])
  const handle = readHandle(detail)
  if (state === 'starting') return { ...base, state, bound: held, handle }
  const unreachableSince = readUnreachable(detail)
  if (state === 'running') return { ...base, state, bound: held, handle, unreachableSince }
  return { ...base, state, bound: held, handle, unreachableSince, stopping: readStopping(detail) }
}

function required(bound: Bound | null): Bound {
  if (bound === null) throw new Misfit('bound', 'an object', null)
  return bound
}

/** Args from their JSON text. */
export function readArgs(value: unknown): Args {
  const args: Record<string, string> = {}
  for (const [name, member] of Object.entries(object(parsed(value, 'args'), 'args'))) {
    // A plain assignment would set the prototype of a parameter of that name.
    if (name === '__proto__') Object.defineProperty(args, name, { value: text(member, name), enumerable: true })
    else args[name] = text(member, `args.${name}`)
  }
  return args
}

function readEnd(detail: JsonObject): { readonly message: string | null; readonly elapsed: number | null } {
  const { message, elapsed } = detail
  if (message !== null && typeof message !== 'string') throw new Misfit('detail.message', 'text or null', message)
  if (elapsed !== null && typeof elapsed !== 'number') throw new Misfit('detail.elapsed', 'a number or null', elapsed)
  return { message, elapsed }
}
