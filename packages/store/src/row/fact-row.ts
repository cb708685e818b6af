import type { JsonObject } from '@apsis/core/json'
import { type RunFact, runId } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import { type GeneralFact, StoreError, type StoredFact } from '../port/index.ts'
import { FACT_CODES, factTypeOf, STATE_CODES, stateOf } from './codes.ts'
import { count, list, Misfit, number, object, parsed, text } from './shape.ts'

/** A fact without its number and run: time, type, state, text. */
export type FactValues = readonly [time: number, type: number, state: number | null, text: string | null]

/** Values of a fact of a run. */
export function runFactValues(fact: RunFact & { readonly time: Instant }): FactValues {
  const time = checkedTime(fact.time)
  switch (fact.type) {
    case 'state':
      return [time, FACT_CODES.state, STATE_CODES[fact.state], fact.message]
    case 'log':
      return [time, FACT_CODES.log, null, fact.message]
    case 'meta':
      return [time, FACT_CODES.meta, null, null]
  }
}

/** Values of a fact that is not about a run. */
export function generalFactValues(fact: GeneralFact & { readonly time: Instant }): FactValues {
  const { time, type, ...rest } = fact
  return [checkedTime(time), FACT_CODES[type], null, JSON.stringify(rest)]
}

/** Values of the fact that a run is gone. */
export function deletedFactValues(time: Instant): FactValues {
  return [time, FACT_CODES.deleted, null, null]
}

/** Facts that tell of runs removed stay while they are among so many of the newest numbers: far more than a follower may be behind. */
export const REMOVALS_STAY = 1_000_000

/** Values of the fact that finished runs were removed together. */
export function removedFactValues(time: Instant, runs: readonly number[]): FactValues {
  return [checkedTime(time), FACT_CODES.removed, null, JSON.stringify(runs)]
}

/** The fact of a row: number, run, time, type, state, text. Throws `StoreError` `STORE_DAMAGED`, which names the fact. */
export function decodeFact(row: readonly unknown[]): StoredFact {
  try {
    const run = row[1]
    return {
      seq: count(row[0], 'number'),
      time: number(row[2], 'time'),
      runId: run === null ? null : runId(count(run, 'run')),
      fact: readFact(row[3], row[4], row[5]),
    }
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    throw new StoreError('STORE_DAMAGED', `fact ${String(row[0])} cannot be read: ${error.message}`, { cause: error })
  }
}

/** A time that a column can hold. */
export function checkedTime(time: Instant): Instant {
  if (!Number.isFinite(time)) throw new StoreError('STORE_REQUEST', `a time is ${time}, expected a number`)
  return time
}

function readFact(code: unknown, stateCode: unknown, value: unknown): StoredFact['fact'] {
  const type = factTypeOf(code)
  switch (type) {
    case 'state': {
      const state = stateOf(stateCode)
      if (state === null) throw new Misfit('state', 'the code of a state', stateCode)
      return { type, state, message: text(value, 'message') }
    }
    case 'log':
      return { type, message: text(value, 'message') }
    case 'meta':
    case 'deleted':
      return { type }
    case 'removed':
      return { type, runIds: list(parsed(value, 'runs'), 'runs', (run, where) => runId(count(run, where))) }
    case 'job':
      return { type, ...readJobFact(object(parsed(value, 'job fact'), 'job fact')) }
    case 'agent':
      return { type, ...readAgentFact(object(parsed(value, 'agent fact'), 'agent fact')) }
    case 'pause': {
      const json = object(parsed(value, 'pause fact'), 'pause fact')
      return { type, change: readBounds(json), pauseId: text(json['pauseId'], 'pauseId') }
    }
    case 'backfill': {
      const json = object(parsed(value, 'backfill fact'), 'backfill fact')
      return { type, change: readBounds(json), backfillId: text(json['backfillId'], 'backfillId') }
    }
    case null:
      throw new Misfit('type', 'the code of a type', code)
  }
}

function readJobFact(fact: JsonObject): Omit<Extract<GeneralFact, { type: 'job' }>, 'type'> {
  const change = fact['change']
  if (change !== 'added' && change !== 'changed' && change !== 'removed') {
    throw new Misfit('change', 'added, changed or removed', change)
  }
  return { change, jobId: text(fact['jobId'], 'jobId') }
}

function readBounds({ change }: JsonObject): 'added' | 'ended' {
  if (change !== 'added' && change !== 'ended') throw new Misfit('change', 'added or ended', change)
  return change
}

function readAgentFact(fact: JsonObject): Omit<Extract<GeneralFact, { type: 'agent' }>, 'type'> {
  const change = fact['change']
  if (change !== 'connected' && change !== 'disconnected' && change !== 'changed' && change !== 'removed') {
    throw new Misfit('change', 'connected, disconnected, changed or removed', change)
  }
  return { change, connId: text(fact['connId'], 'connId'), data: object(fact['data'], 'data') }
}
