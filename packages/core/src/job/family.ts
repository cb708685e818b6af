import {
  type DiagnosticCode,
  describeJson,
  type IssueCodes,
  isMapping,
  type KeyPath,
  type Problem,
  problemsOf,
  suggestion,
} from '../document/index.ts'
import type { Json } from '../json/index.ts'
import type { KindSyntax } from '../kind/index.ts'

/** The codes that problems of a typed mapping get. */
export interface FamilyCodes extends IssueCodes {
  readonly typeMissing: DiagnosticCode
  readonly typeUnknown: DiagnosticCode
}

/** Those of jobs. */
export const JOB_CODES: FamilyCodes = {
  keyUnknown: 'JOB_KEY_UNKNOWN',
  keyMissing: 'JOB_KEY_MISSING',
  value: 'JOB_VALUE',
  typeMissing: 'JOB_TYPE_MISSING',
  typeUnknown: 'JOB_TYPE_UNKNOWN',
}

/** A family of kinds, as messages name it. */
export interface Family<Spec> {
  readonly name: 'schedule' | 'stop schedule' | 'condition' | 'program' | 'action'
  readonly kinds: readonly KindSyntax<Spec>[]
  /** Keys that the caller reads itself, and takes out before. */
  readonly otherKeys?: readonly string[]
  /** Those of jobs where not said. */
  readonly codes?: FamilyCodes
}

/** One typed mapping made into a spec, or null with the problems noted. */
export function parseKind<Spec>(family: Family<Spec>, value: Json, path: KeyPath, problems: Problem[]): Spec | null {
  const names = family.kinds.map((kind) => kind.type)
  const codes = family.codes ?? JOB_CODES
  const say = (code: Problem['code'], at: readonly (string | number)[], message: string, hint: string | null): null => {
    problems.push({ code, severity: 'error', path: at, at: 'value', message, hint })
    return null
  }
  if (!isMapping(value)) {
    const hint = family.name === 'program' ? OLD_PROGRAM_HINT : `write a mapping with a type: ${names.join(', ')}`
    return say(codes.value, path, `expected a ${family.name}, a mapping with a type, not ${describeJson(value)}`, hint)
  }
  const type = value['type']
  if (type === undefined) return say(codes.typeMissing, path, 'missing type', `known here: ${names.join(', ')}`)
  const kind = family.kinds.find((one) => one.type === type || (typeof type === 'string' && one.aliases.includes(type)))
  if (kind === undefined) {
    const shown = typeof type === 'string' ? type : describeJson(type)
    return say(
      codes.typeUnknown,
      [...path, 'type'],
      `unknown ${family.name} type: ${shown}`,
      typeHint(family.name, shown, names),
    )
  }
  const named = { ...value, type: kind.type }
  const parsed = kind.schema.safeParse(named)
  if (parsed.success) {
    for (const { path: inner, message, hint } of kind.odd?.(named) ?? []) {
      problems.push({
        code: 'JOB_VALUE_ODD',
        severity: 'warning',
        path: [...path, ...inner],
        at: 'value',
        message,
        hint,
      })
    }
    return parsed.data
  }
  const { otherKeys } = family
  const scope = { codes, schema: kind.schema, value: named, path }
  for (const problem of problemsOf(parsed.error.issues, otherKeys === undefined ? scope : { ...scope, otherKeys }))
    problems.push(problem)
  return null
}

const OLD_PROGRAM_HINT = 'write `program: {type: procstar-shell, command: ...}` or `{type: procstar, argv: [...]}`'

function typeHint(family: string, type: string, names: readonly string[]): string | null {
  if (family === 'program' && type === 'shell') return "removed in Apsis 2: use 'procstar-shell'"
  if (family === 'program' && type === 'program') return "removed in Apsis 2: use 'procstar'"
  const known = `known here: ${names.join(', ')}`
  if (/^\w+(\.\w+)+$/.test(type)) return `a job file cannot load Python classes; ${known}`
  const hint = suggestion(type, names)
  return hint === null || hint.startsWith('known') ? hint : `${hint} ${known}`
}
