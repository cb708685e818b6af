import { bindArguments } from './bind-arguments.ts'
import type { Budget } from './budget.ts'
import { calendarFunction } from './calendar-value.ts'
import { ConfigNames } from './config-names.ts'
import { DATE_FUNCTION } from './date-value.ts'
import { DAYTIME_FUNCTION } from './daytime-value.ts'
import { type Environment, PLAIN_ENVIRONMENT } from './environment.ts'
import { text } from './expect-value.ts'
import { formatValue } from './format-spec.ts'
import { callable, GLOBALS } from './globals.ts'
import { FROM_LOCAL, TO_LOCAL } from './local-value.ts'
import { type ArgsScope, type BindScope, isBindScope } from './scope.ts'
import { type NameSource, ScopeChain } from './scope-chain.ts'
import { TIME_FUNCTION } from './time-value.ts'
import type { Value } from './value.ts'
import { ZONE_FUNCTION } from './zone-value.ts'

/** Names that templates see when a run is bound, whatever the run: spec/apsis.md 1.6. */
const BIND_NAMES: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['Date', DATE_FUNCTION],
  ['Daytime', DAYTIME_FUNCTION],
  ['Time', TIME_FUNCTION],
  ['TimeZone', ZONE_FUNCTION],
  ['to_local', TO_LOCAL],
  ['from_local', FROM_LOCAL],
  callable('format', (args, { budget }) => {
    const [value = null, spec = null] = bindArguments('format', ['value', ['format_spec', '']], args)
    return formatValue(value, text(spec, 'format_spec'), budget)
  }),
])

const RUN_NAMES = ['run_id', 'job_id', 'get_calendar'] as const
const WORDS = [
  'and',
  'else',
  'false',
  'False',
  'if',
  'in',
  'is',
  'none',
  'None',
  'not',
  'or',
  'true',
  'True',
  'loop',
] as const

/**
 * Why a config cannot give templates a name; null for one that it can. Names are those of Jinja, do not begin with two underscores, and
 * are none that templates have of themselves.
 */
export function nameFault(name: string): string | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return `not a name for templates: ${name}`
  if (name.startsWith('__')) return `a name for templates cannot begin with two underscores: ${name}`
  const known: readonly string[] = [...GLOBALS.keys(), ...BIND_NAMES.keys(), ...RUN_NAMES, ...WORDS]
  return known.includes(name) ? `templates have a ${name} of their own` : null
}

/**
 * The scope in which a template is expanded. What the template sets comes before args, which come before names of the config, which come
 * before the rest.
 */
export function topScope(scope: ArgsScope | BindScope, budget: Budget): ScopeChain {
  const builtIn = new ScopeChain(null, GLOBALS)
  const given = isBindScope(scope) ? bindNames(scope, builtIn, budget) : builtIn
  return new ScopeChain(given, new Map(Object.entries(scope.args))).inner()
}

function bindNames(scope: BindScope, builtIn: ScopeChain, budget: Budget): ScopeChain {
  const environment = scope.environment ?? PLAIN_ENVIRONMENT
  const all = new ScopeChain(new ScopeChain(builtIn, BIND_NAMES), runNames(scope, environment))
  return new ScopeChain(all, new ConfigNames(environment.names, budget))
}

function runNames({ runId, jobId }: BindScope, { calendars }: Environment): NameSource {
  return {
    get(name) {
      if (name === 'run_id') return runId
      if (name === 'job_id') return jobId
      return name === 'get_calendar' ? calendarFunction(calendars) : undefined
    },
  }
}
