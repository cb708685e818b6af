import type { Arguments, Running, Value } from '../value.ts'

/** A method of values of one type. */
export type Method<Self> = (self: Self, args: Arguments, running: Running) => Value
