import { isList, isMapping } from '../document/index.ts'
import type { Json, JsonObject } from '../json/index.ts'
import { applyEdits } from './apply-edits.ts'
import { difference } from './difference.ts'
import type { Edit } from './edit.ts'
import { STOP_KEY } from './match-items.ts'

/**
 * What makes one job's normal form of the other's. A schedule with a stop schedule is looked at as if it stood without one, and its stop
 * under `stop schedule`, so that adding one is one edit.
 */
export function definitionEdits(before: JsonObject, after: JsonObject): readonly Edit[] {
  return difference(withSchedules(before, flat), withSchedules(after, flat))
}

/** The normal form that edits from `definitionEdits` make of the one they were made from. */
export function editDefinition(before: JsonObject, edits: readonly Edit[]): JsonObject {
  const edited = applyEdits(withSchedules(before, flat), edits)
  if (!isMapping(edited)) throw new Error('edits that make something else of a definition')
  return withSchedules(edited, nested)
}

function withSchedules(json: JsonObject, form: (schedule: Json) => Json): JsonObject {
  const schedules = json['schedule']
  return schedules !== undefined && isList(schedules) ? { ...json, schedule: schedules.map(form) } : json
}

function flat(schedule: Json): Json {
  if (!isMapping(schedule)) return schedule
  const { start, stop, ...rest } = schedule
  if (start === undefined || stop === undefined || !isMapping(start) || Object.keys(rest).length > 0) return schedule
  return { ...start, [STOP_KEY]: stop }
}

function nested(schedule: Json): Json {
  if (!isMapping(schedule)) return schedule
  const { [STOP_KEY]: stop, ...start } = schedule
  return stop === undefined ? schedule : { start, stop }
}
