import { bindArguments, type ParameterSpec } from '../bind-arguments.ts'
import type { Arguments, Running, Value } from '../value.ts'

/** A filter: `input|name(args)`. */
export type Filter = (input: Value, args: Arguments, running: Running) => Value

/** A filter with parameters after its input. */
export function filter(
  name: string,
  params: readonly ParameterSpec[],
  apply: (input: Value, values: readonly Value[], running: Running) => Value,
): readonly [string, Filter] {
  return [name, (input, args, running) => apply(input, bindArguments(`filter '${name}'`, params, args), running)]
}
