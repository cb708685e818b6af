import type { ResolvedSpec } from '@apsis/wire/spec'

/** Never handed on by inheritance, even when asked for by name (spec/procstar.md 2.2); `vars` may set them. */
const PRIVATE = ['PROCSTAR_AGENT_CERT', 'PROCSTAR_AGENT_KEY', 'PROCSTAR_AGENT_TOKEN', 'PROCSTAR_HTTP_TOKEN']

/** Environment variables by name. */
export interface Environment {
  readonly [name: string]: string | undefined
}

/** The environment of a proc, `NAME=VALUE`, sorted by name: what it inherits of the agent's own, less the agent's secrets, then `vars`. */
export function environmentOf(env: ResolvedSpec['env'], own: Environment): readonly string[] {
  const result = new Map<string, string>()
  for (const name of inheritedNames(env.inherit, own)) {
    const value = own[name]
    if (value !== undefined && !PRIVATE.includes(name)) result.set(name, value)
  }
  for (const [name, value] of Object.entries(env.vars)) {
    if (value === null) result.delete(name)
    else result.set(name, value)
  }
  return [...result.keys()].sort().map((name) => `${name}=${result.get(name)}`)
}

function inheritedNames(inherit: boolean | readonly string[], own: Environment): readonly string[] {
  if (inherit === true) return Object.keys(own)
  return inherit === false ? [] : inherit
}
