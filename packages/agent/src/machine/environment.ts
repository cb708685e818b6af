import type { ResolvedSpec } from '@apsis/wire/spec'

/** Never handed on by inheritance, even when asked for by name (spec/procstar.md 2.2); `vars` may set them. */
const PRIVATE = ['PROCSTAR_AGENT_CERT', 'PROCSTAR_AGENT_KEY', 'PROCSTAR_AGENT_TOKEN', 'PROCSTAR_HTTP_TOKEN']

/** Environment variables by name. */
export interface Environment {
  readonly [name: string]: string | undefined
}

/** The environment of a proc, `NAME=VALUE`, sorted by name: what it inherits of the agent's own, less the agent's secrets, then `vars`. */
export function environmentOf(env: ResolvedSpec['env'], own: Environment): readonly string[] {
  const result = env.inherit === true ? new Map(allInherited(own)) : inherited(env.inherit || [], own)
  for (const [name, value] of Object.entries(env.vars)) {
    if (value === null) result.delete(name)
    else result.set(name, value)
  }
  return [...result.keys()].sort().map((name) => `${name}=${result.get(name)}`)
}

function inherited(names: readonly string[], own: Environment): Map<string, string> {
  const result = new Map<string, string>()
  for (const name of names) {
    const value = own[name]
    if (value !== undefined && !PRIVATE.includes(name)) result.set(name, value)
  }
  return result
}

// The agent's own environment never changes, and most procs inherit all of it.
const whole = new WeakMap<Environment, ReadonlyMap<string, string>>()

function allInherited(own: Environment): ReadonlyMap<string, string> {
  const known = whole.get(own) ?? inherited(Object.keys(own).sort(), own)
  whole.set(own, known)
  return known
}
