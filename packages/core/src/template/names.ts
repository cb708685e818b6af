import { bindArguments } from './bind-arguments.ts'
import { DATE_FUNCTION } from './date-value.ts'
import { text } from './expect-value.ts'
import { formatValue } from './format-spec.ts'
import { callable, GLOBALS } from './globals.ts'
import { type ArgsScope, type BindScope, isBindScope } from './scope.ts'
import { ScopeChain } from './scope-chain.ts'
import type { Value } from './value.ts'

/**
 * Names that templates see when a run is bound, beside the run's own: spec/apsis.md 1.6. The place for the other types of time and for
 * calendars.
 */
const BIND_NAMES: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['Date', DATE_FUNCTION],
  callable('format', (args, { budget }) => {
    const [value = null, spec = null] = bindArguments('format', ['value', ['format_spec', '']], args)
    return formatValue(value, text(spec, 'format_spec'), budget)
  }),
])

/** The scope in which a template is expanded. Args come before everything else; what the template sets comes before them. */
export function topScope(scope: ArgsScope | BindScope): ScopeChain {
  const builtIn = new ScopeChain(null, new Map(GLOBALS))
  const given = isBindScope(scope)
    ? new ScopeChain(builtIn, new Map<string, Value>([...BIND_NAMES, ['run_id', scope.runId], ['job_id', scope.jobId]]))
    : builtIn
  return new ScopeChain(given, new Map(Object.entries(scope.args))).inner()
}
