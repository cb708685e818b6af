import type { ObjectType, Value } from './value.ts'

/** Tells the values of one type of object from all others. */
export function objectIn<T>(type: ObjectType<T>, is: (value: unknown) => value is T): (value: Value) => T | undefined {
  return (value) =>
    value !== null && typeof value === 'object' && value.kind === 'object' && value.type === type && is(value.value)
      ? value.value
      : undefined
}

export const isNumber = (value: unknown): value is number => typeof value === 'number'
