import type { Json, JsonObject } from '@apsis/core/json'

/** A stored value that is not what it must be; the message says where, what was expected, and what was found. */
export class Misfit extends Error {
  constructor(where: string, expected: string, found: unknown) {
    super(`${where} is ${show(found)}, expected ${expected}`)
    this.name = 'Misfit'
  }
}

/** JSON text, parsed. */
export function parsed(value: unknown, where: string): Json {
  if (typeof value !== 'string') throw new Misfit(where, 'JSON text', value)
  try {
    // JSON.parse without a reviver makes nothing but JSON values.
    return JSON.parse(value) as Json
  } catch {
    throw new Misfit(where, 'JSON text', value)
  }
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function object(value: Json | undefined, where: string): JsonObject {
  if (value === undefined || !isObject(value)) throw new Misfit(where, 'an object', value)
  return value
}

export function text(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new Misfit(where, 'text', value)
  return value
}

export function number(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Misfit(where, 'a number', value)
  return value
}

export function truth(value: unknown, where: string): boolean {
  if (typeof value !== 'boolean') throw new Misfit(where, 'true or false', value)
  return value
}

/** A safe integer from 0. */
export function count(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new Misfit(where, 'an integer from 0', value)
  }
  return value
}

export function orNull<Value>(
  value: Json | undefined,
  where: string,
  read: (value: Json, where: string) => Value,
): Value | null {
  if (value === undefined) throw new Misfit(where, 'a value or null', value)
  return value === null ? null : read(value, where)
}

export function list<Value>(
  value: Json | undefined,
  where: string,
  read: (value: Json, where: string) => Value,
): readonly Value[] {
  if (!Array.isArray(value)) throw new Misfit(where, 'a list', value)
  return value.map((member: Json, index) => read(member, `${where}[${index}]`))
}

function show(value: unknown): string {
  if (value === undefined) return 'missing'
  const shown = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value)
  return shown.length > 60 ? `${shown.slice(0, 57)}...` : shown
}
