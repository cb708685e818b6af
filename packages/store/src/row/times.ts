import type { Times } from '@apsis/core/run'
import { StoreError } from '../port/index.ts'
import { Misfit } from './shape.ts'

/** The times of a run, in the order of their columns. */
export const TIME_KEYS: readonly (keyof Times)[] = [
  'schedule',
  'stop',
  'new',
  'scheduled',
  'waiting',
  'starting',
  'running',
  'stopping',
  'success',
  'failure',
  'error',
  'skipped',
]

/** Names of the columns of `TIME_KEYS`. */
export const TIME_COLUMNS: readonly string[] = TIME_KEYS.map((key) => `t_${key}`)

/** Where the times of entering states begin in `TIME_KEYS`; the two before it are plans, not changes. */
const FIRST_STATE = 2

/** Appends one value per time to `to`, null where there is none; returns the latest time of a change, or -Infinity. */
export function pushTimes(times: Times, to: (string | number | null)[]): number {
  let latest = -Infinity
  for (let index = 0; index < TIME_KEYS.length; index++) {
    const key = TIME_KEYS[index]
    const time = key === undefined ? undefined : times[key]
    if (time === undefined) to.push(null)
    else if (!Number.isFinite(time)) throw new StoreError('STORE_REQUEST', `time ${key} of a run is ${time}`)
    else {
      to.push(time)
      if (index >= FIRST_STATE && time > latest) latest = time
    }
  }
  return latest
}

/** The times in `row` from `offset` on. */
export function readTimes(row: readonly unknown[], offset: number): Times {
  const times: { -readonly [Key in keyof Times]: Times[Key] } = {}
  TIME_KEYS.forEach((key, index) => {
    const time = row[offset + index]
    if (time === null) return
    if (typeof time !== 'number') throw new Misfit(`time ${key}`, 'a number', time)
    times[key] = time
  })
  return times
}
