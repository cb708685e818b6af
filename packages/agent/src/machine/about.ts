import { resolveSpec, type ProcSpec } from '@apsis/wire/spec'
import { type Environment, environmentOf } from './environment.ts'
import { maskedText, secretsOf } from './mask-text.ts'
import type { About } from './proc.ts'

/** The environment of a proc whose result is to show it, as it is recorded; null for any other. */
export function shownEnvironment(spec: ProcSpec, own: Environment): readonly string[] | null {
  return spec.result_env === true ? environmentOf(resolveSpec(spec).env, own) : null
}

/** What the result will show of a spec; null: nothing. `env`: the environment, where it is to be shown. */
export function aboutOf(spec: ProcSpec, env: readonly string[] | null): About | null {
  const cwd = spec.cwd ?? null
  const limits = spec.limits ?? null
  const secrets = secretsOf(spec)
  if (cwd === null && limits === null && env === null && secrets === null) return null
  return { cwd, limits, env: env === null ? null : variables(env, secrets), secrets }
}

function variables(env: readonly string[], secrets: readonly string[] | null): Readonly<Record<string, string>> {
  return Object.fromEntries(
    env.map((item) => {
      const name = item.slice(0, item.indexOf('='))
      const value = item.slice(name.length + 1)
      return [name, maskedText(value, secrets)]
    }),
  )
}
