import { at, type Check, type Path } from '../parse/index.ts'
import type { ProcSpec } from './spec.ts'

/** Reads the environment of a spec (spec/procstar.md 2.2). Names and values are not restricted here. */
export function parseEnv(check: Check, value: unknown, path: Path): NonNullable<ProcSpec['env']> {
  const { inherit, vars } = check.fields(value, path, ['inherit', 'vars'])
  return {
    ...(inherit === undefined ? {} : { inherit: parseInherit(check, inherit, at(path, 'inherit')) }),
    ...(vars === undefined ? {} : { vars: parseVars(check, vars, at(path, 'vars')) }),
  }
}

function parseInherit(check: Check, value: unknown, path: Path): boolean | readonly string[] {
  if (typeof value === 'boolean') return value
  if (Array.isArray(value)) return check.texts(value, path)
  check.expected(path, 'true, false or an array of names', value)
  return true
}

function parseVars(check: Check, value: unknown, path: Path): Readonly<Record<string, string | null>> {
  const vars: Record<string, string | null> = {}
  const given = check.fields(value, path)
  for (const name of Object.keys(given)) {
    if (check.isFull) break
    vars[name] = check.optionalText(given[name], at(path, name))
  }
  return vars
}
