import { alternatives, describe } from './describe.ts'
import { at, type Path, pathText } from './path.ts'

/** A checked value, or the problems found in it (the first 10), one a line: where, what was expected, what was there. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string }

/** A map whose members are not checked yet. */
export interface Fields {
  readonly [key: string]: unknown
}

const MOST_PROBLEMS = 10
const NO_FIELDS: Fields = {}

/**
 * Reads parts of a document and collects what is wrong. A reader that finds a problem notes it and returns an empty value of its type, which
 * nobody sees: `result` gives the value only when no problem was noted.
 */
export class Check {
  readonly #problems: string[] = []

  /** `value`, if nothing was wrong with its parts. */
  result<T>(value: T): Checked<T> {
    return this.#problems.length === 0 ? { ok: true, value } : { ok: false, error: this.#problems.join('\n') }
  }

  /** Whether no further problem would be noted: what is left need not be looked at. */
  get isFull(): boolean {
    return this.#problems.length === MOST_PROBLEMS
  }

  /** Notes a problem. */
  problem(path: Path, text: string): void {
    if (this.isFull) return
    const where = pathText(path)
    this.#problems.push(where === '' ? text : `${where}: ${text}`)
  }

  /** Notes that something else was expected. */
  expected(path: Path, what: string, value: unknown): void {
    if (this.isFull) return
    this.problem(path, value === undefined ? `missing; expected ${what}` : `expected ${what}, got ${describe(value)}`)
  }

  /** The members of a map. With `keys`, any other key is a problem, and an array gives the members in that order, as existing peers have it. */
  fields(value: unknown, path: Path, keys?: readonly string[]): Fields {
    if (this.isFull) return NO_FIELDS
    if (keys !== undefined && isItems(value)) return this.#positions(value, path, keys)
    if (!isFields(value)) {
      this.expected(path, 'a map', value)
      return NO_FIELDS
    }
    // Assigning to this key elsewhere would change what an object inherits from.
    if (Object.hasOwn(value, '__proto__')) this.problem(path, 'the key __proto__ is not accepted')
    if (keys !== undefined) {
      for (const key of Object.keys(value)) {
        if (this.isFull) break
        if (!keys.includes(key)) this.problem(at(path, key), `unknown key; expected ${alternatives(keys)}`)
      }
    }
    return value
  }

  #positions(items: readonly unknown[], path: Path, keys: readonly string[]): Fields {
    if (items.length > keys.length) this.problem(path, `expected at most ${keys.length} items, got ${items.length}`)
    return Object.fromEntries(keys.map((key, index) => [key, items[index]]))
  }

  /** An array, of any length. */
  items(value: unknown, path: Path, what = 'an array'): readonly unknown[] {
    if (this.isFull) return []
    if (isItems(value)) return value
    this.expected(path, what, value)
    return []
  }

  /** What `read` makes of each item, until no further problem would be noted. */
  each<T>(items: readonly unknown[], path: Path, read: (item: unknown, path: Path) => T): readonly T[] {
    const values: T[] = []
    for (let index = 0; index < items.length && !this.isFull; index++) values.push(read(items[index], at(path, index)))
    return values
  }

  /** An array of strings. */
  texts(value: unknown, path: Path): readonly string[] {
    return this.each(this.items(value, path, 'an array of strings'), path, (item, where) => this.text(item, where))
  }

  /** A string. */
  text(value: unknown, path: Path): string {
    if (typeof value === 'string') return value
    this.expected(path, 'a string', value)
    return ''
  }

  /** A string or null; missing is null. */
  optionalText(value: unknown, path: Path): string | null {
    if (value === undefined || value === null) return null
    if (typeof value === 'string') return value
    this.expected(path, 'a string or null', value)
    return null
  }

  /** One of the words. */
  word<const W extends string>(value: unknown, path: Path, words: readonly W[]): W | null {
    for (const word of words) if (value === word) return word
    this.expected(path, alternatives(words), value)
    return null
  }

  /** A whole number of the range, both ends included. */
  integer(value: unknown, path: Path, least: number, most: number = Number.MAX_SAFE_INTEGER): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
    const range =
      most < Number.MAX_SAFE_INTEGER
        ? ` from ${least} to ${most}`
        : least > Number.MIN_SAFE_INTEGER
          ? ` from ${least}`
          : ''
    this.expected(path, `a whole number${range}`, value)
    return 0
  }

  /** Any finite number; an integer beyond 2^53 - 1 is rounded. */
  number(value: unknown, path: Path): number {
    if (typeof value === 'bigint') return Number(value)
    if (typeof value === 'number' && Number.isFinite(value)) return value
    this.expected(path, 'a number', value)
    return 0
  }

  /** A duration in seconds: a number from 0. */
  duration(value: unknown, path: Path): number {
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
    this.expected(path, 'a number of seconds from 0', value)
    return 0
  }

  /** True or false. */
  flag(value: unknown, path: Path): boolean {
    if (typeof value === 'boolean') return value
    this.expected(path, 'true or false', value)
    return false
  }

  /** A byte string. */
  bytes(value: unknown, path: Path): Uint8Array {
    if (value instanceof Uint8Array) return value
    this.expected(path, 'bytes', value)
    return new Uint8Array(0)
  }
}

/** Whether a value is an array, of anything. */
export function isItems(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

/** Whether a value is a map of members rather than an array, bytes or a scalar. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}
