import { fail } from './fault.ts'
import type { Arguments, Value } from './value.ts'

/** A parameter of a function: required, or with what it is when not given. */
export type ParameterSpec = string | readonly [name: string, fallback: Value]

/** The values of a function's parameters, in their order. `what` names the function in messages. */
export function bindArguments(what: string, params: readonly ParameterSpec[], args: Arguments): readonly Value[] {
  if (args.positional.length > params.length) {
    fail(
      `${what} takes at most ${params.length} argument${params.length === 1 ? '' : 's'} (${args.positional.length} given)`,
    )
  }
  const names = params.map((param) => (typeof param === 'string' ? param : param[0]))
  for (const name of args.named.keys()) {
    const index = names.indexOf(name)
    if (index < 0) fail(`${what} got an unexpected keyword argument '${name}'`)
    if (index < args.positional.length) fail(`${what} got multiple values for argument '${name}'`)
  }
  return params.map((param, index) => {
    const given = args.positional[index] ?? undefined
    // None is a value that is given.
    if (index < args.positional.length) return given ?? null
    const name = names[index] ?? ''
    const named = args.named.get(name)
    if (named !== undefined) return named
    return typeof param === 'string' ? fail(`${what} is missing the argument '${name}'`) : param[1]
  })
}

/** No arguments. */
export const NO_ARGS: Arguments = { positional: [], named: new Map() }
