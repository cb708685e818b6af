import { canonicalJson, type JsonObject } from '../json/index.ts'
import type { JobSchedule } from './job.ts'

/** SHA-256 of a text (UTF-8), in hex. Passed in, since the core does no I/O. */
export type Digest = (text: string) => string

const KEY_LENGTH = 16

/**
 * Keys of the schedules of one job: a hash of normal form and args; the second equal one gets `#2`, and so on. Neither order, nor
 * `enabled`, nor the stop time is in it, so that changing them keeps what was planned.
 */
export function withKeys(schedules: readonly Omit<JobSchedule, 'key'>[], digest: Digest): JobSchedule[] {
  const seen = new Map<string, number>()
  return schedules.map((one) => {
    const hash = digest(canonicalJson({ schedule: one.schedule.json, args: one.args })).slice(0, KEY_LENGTH)
    const count = (seen.get(hash) ?? 0) + 1
    seen.set(hash, count)
    return { key: count === 1 ? hash : `${hash}#${count}`, ...one }
  })
}

/** A schedule as it stands in the normal form of a job. */
export function scheduleJson(one: Omit<JobSchedule, 'key'>): JsonObject {
  const start = { ...one.schedule.json, enabled: one.enabled, args: one.args }
  return one.stop === null ? start : { start, stop: one.stop.json }
}

/** Hash of a job's normal form: the same definition gives the same hash, however its file is laid out. */
export function definitionHash(json: JsonObject, digest: Digest): string {
  return digest(canonicalJson(json))
}
