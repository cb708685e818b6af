import type { Calendar } from '../calendar/index.ts'
import { canonicalJson, type JsonObject } from '../json/index.ts'
import type { Environment } from '../template/index.ts'
import { type Duration, durationSeconds } from '../time/index.ts'
import { catchupJson } from './catchup.ts'
import type { JobSchedule } from './job.ts'

/** SHA-256 of a text (UTF-8), in hex. Passed in, since the core does no I/O. */
export type Digest = (text: string) => string

/** A schedule as its text says it, before it has a key. */
export type KeylessSchedule = Omit<JobSchedule, 'key' | 'offset'>

const KEY_LENGTH = 16
// Hex digits of a digest that a number holds exactly.
const OFFSET_DIGITS = 12

/**
 * Keys of the schedules of one job: a hash of normal form, args, jitter, and what its calendar files say; the second equal one gets `#2`,
 * and so on. Neither order, nor `enabled`, nor the stop time, nor `catchup` and `limit` are in it, so that changing them keeps what was planned.
 */
export function withKeys(jobId: string, schedules: readonly KeylessSchedule[], digest: Digest): JobSchedule[] {
  const seen = new Map<string, number>()
  return schedules.map((one) => {
    const identity = {
      schedule: one.schedule.json,
      args: one.args,
      ...(one.jitter === 0 ? {} : { jitter: durationSeconds(one.jitter) }),
      ...sourcesOf(one.schedule.calendars ?? []),
    }
    const hash = digest(canonicalJson(identity)).slice(0, KEY_LENGTH)
    const count = (seen.get(hash) ?? 0) + 1
    seen.set(hash, count)
    const key = count === 1 ? hash : `${hash}#${count}`
    return { key, offset: jitterOffset(jobId, key, one.jitter, digest), ...one }
  })
}

/** The constant by which a schedule is late: 0 to below `jitter`, whole milliseconds; spread evenly over jobs and schedules. */
export function jitterOffset(jobId: string, key: string, jitter: Duration, digest: Digest): Duration {
  if (jitter < 1) return 0
  const fraction =
    Number.parseInt(digest(canonicalJson([jobId, key])).slice(0, OFFSET_DIGITS), 16) / 16 ** OFFSET_DIGITS
  return Math.floor(fraction * Math.ceil(jitter))
}

/** A schedule as it stands in the normal form of a job. */
export function scheduleJson(one: KeylessSchedule): JsonObject {
  const start = {
    ...one.schedule.json,
    enabled: one.enabled,
    args: one.args,
    ...(one.jitter === 0 ? {} : { jitter: durationSeconds(one.jitter) }),
    ...(one.catchup === null ? {} : { catchup: catchupJson(one.catchup) }),
    ...(one.limit === null ? {} : { limit: one.limit }),
  }
  return one.stop === null ? start : { start, stop: one.stop.json }
}

/**
 * Hash of a job: the same definition gives the same hash, however its file is laid out. The definition is the normal form, what the
 * calendar files of its schedules say, and, where a template may ask for a calendar, whatever the environment says.
 */
export function definitionHash(
  json: JsonObject,
  context: {
    readonly schedules: readonly KeylessSchedule[]
    readonly environment: Environment
    readonly digest: Digest
  },
): string {
  const { environment, digest } = context
  const text = canonicalJson(json)
  const around = {
    ...sourcesOf(context.schedules.flatMap(({ schedule }) => schedule.calendars ?? [])),
    ...(environment.digest !== '' && text.includes('get_calendar') ? { environment: environment.digest } : {}),
  }
  return digest(Object.keys(around).length === 0 ? text : canonicalJson({ job: json, ...around }))
}

// By name, which is unique in an environment. Built-in calendars have no source: their names say it all.
function sourcesOf(calendars: readonly Calendar[]): { readonly calendars?: Readonly<Record<string, string>> } {
  const sources = calendars.flatMap(({ name, source }): [string, string][] => (source === null ? [] : [[name, source]]))
  return sources.length === 0 ? {} : { calendars: Object.fromEntries(sources) }
}
