import type { Json, JsonObject } from '@apsis/core/json'

/** Whether JSON is an object. */
export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

/** A member that is text; null for anything else. */
export function textOf(json: JsonObject, name: string): string | null {
  const value = json[name]
  return typeof value === 'string' ? value : null
}

/** A member that is a number; null for anything else. */
export function numberOf(json: JsonObject, name: string): number | null {
  const value = json[name]
  return typeof value === 'number' ? value : null
}

/** A member that is an object; an empty one for anything else. */
export function objectOf(json: JsonObject, name: string): JsonObject {
  const value = json[name]
  return isObject(value) ? value : {}
}

/** What describes a thing of a job: its own words, or else its JSON. */
export function wordsOf(thing: JsonObject): string {
  return textOf(thing, 'str') ?? JSON.stringify(thing)
}

/** Bytes for people. */
export function formatBytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = count
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`
}
