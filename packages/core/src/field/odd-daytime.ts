import { isList, isMapping, type KeyPath } from '../document/index.ts'
import type { Json, JsonObject } from '../json/index.ts'
import type { OddValue } from '../kind/index.ts'
import { formatDaytime, parseDaytime } from '../time/index.ts'

/**
 * The daytimes among some keys of a mapping that are written as numbers, which count seconds since midnight: `930` is 00:15:30. A key may
 * have a daytime, a list of them, or a mapping with `daytime`. 0 is midnight either way.
 */
export function oddDaytimes(value: JsonObject, keys: readonly string[]): readonly OddValue[] {
  return keys.flatMap((key) => oddAt(value[key], [key]))
}

function oddAt(value: Json | undefined, path: KeyPath): readonly OddValue[] {
  if (isList(value)) return value.flatMap((item, index) => oddAt(item, [...path, index]))
  if (isMapping(value)) return oddAt(value['daytime'], [...path, 'daytime'])
  const daytime = typeof value === 'number' && value !== 0 ? parseDaytime(value) : null
  if (typeof value !== 'number' || daytime?.ok !== true) return []
  const meaning = formatDaytime(daytime.value)
  const digits = asDigits(value)
  const message = `a number counts seconds since midnight: ${value} is ${meaning}`
  const hint = `write "${meaning}"${digits === null ? '' : `, or "${digits}" if that is meant`}`
  return [{ path, message, hint }]
}

// 930 and 1730, as some write a daytime; null where no clock shows it so.
function asDigits(value: number): string | null {
  const [, hour, minute] = /^(\d{1,2})(\d{2})$/.exec(String(value)) ?? []
  const parsed = hour === undefined || minute === undefined ? null : parseDaytime(`${hour}:${minute}:00`)
  return parsed?.ok === true ? formatDaytime(parsed.value) : null
}
