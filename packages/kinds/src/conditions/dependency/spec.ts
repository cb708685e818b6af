import { argsField, oneOrList, statesField } from '@apsis/core/field'
import { runText } from '@apsis/core/job'
import type { ConditionKind, ConditionSpec, KindSyntax, RunsFact } from '@apsis/core/kind'
import {
  type Args,
  type BoundCondition,
  type ConditionOutcome,
  type State,
  statesReaching,
  STATES,
} from '@apsis/core/run'
import { type BindScope, type Expanded, inField } from '@apsis/core/template'
import { z } from 'zod'
import { expandEach, expandField, templateTextField } from '../../template/index.ts'
import { enabledField, enabledJson, isEnabled } from '../enabled.ts'
import { argsOfTarget, findIn, NO_RUNS } from '../runs.ts'
import { storedArgs, storedStates, storedText } from '../stored.ts'

interface Dependency {
  readonly job_id: string
  readonly args: Args
  readonly states: readonly State[]
  /** Null: a run need not exist. */
  readonly exist: readonly State[] | null
  readonly enabled: boolean | string
}

const existField: z.ZodType<true | null | readonly State[], unknown> = z
  .json()
  .optional()
  .transform((value, ctx) => {
    if (value === undefined || value === null || value === false) return null
    if (value === true) return true
    const states = statesField.safeParse(value)
    if (states.success) return states.data
    for (const issue of states.error.issues) ctx.addIssue({ ...issue })
    return z.NEVER
  })
  .meta({
    jsonSchema: { anyOf: [{ type: ['boolean', 'null'] }, oneOrList({ enum: [...STATES] })] },
    written: 'true, state or list of states',
    description:
      'The run ends in error, and waits no longer, unless there is such a run in one of these states; true: in one from which it can still come to `states`.',
  })

const schema = z
  .strictObject({
    type: z.literal('dependency'),
    job_id: templateTextField('job_id').describe('The job of which there has to be a run.'),
    args: argsField
      .default({})
      .describe('Args of that run, templates; for params of that job that are not in it, those of this run.'),
    states: statesField.default(['success']).describe('In which of these states that run has to be.'),
    exist: existField,
    enabled: enabledField,
  })
  .transform(({ exist, ...rest }, ctx): ConditionSpec => {
    const states = existStates(exist, rest.states)
    const missing = states === null ? [] : rest.states.filter((state) => !states.includes(state))
    if (missing.length > 0) {
      const message = `exist must include every one of states; not in it: ${missing.join(', ')}`
      ctx.addIssue({ code: 'custom', message, path: ['exist'] })
    }
    return dependencySpec({ ...rest, exist: states })
  })

/** `dependency`: waits until a run of another job is in one of some states. */
export const dependency: KindSyntax<ConditionSpec> & ConditionKind = {
  type: 'dependency',
  aliases: ['apsis.cond.dependency.Dependency', 'apsis.cond.Dependency', 'apsis.cond.dependency.BoundDependency'],
  atStart: false,
  schema,
  revive(bound) {
    const jobId = storedText(bound, 'job_id')
    const args = storedArgs(bound, 'args')
    const states = storedStates(bound, 'states', ['success'])
    const exist = bound.spec['exist'] === undefined ? null : storedStates(bound, 'exist', [])
    return {
      needs: [{ jobId, args }],
      evaluate: ([fact]) => evaluate(fact, { jobId, args, states, exist }),
    }
  },
}

// `true` asks for any state from which a wanted one can be reached.
function existStates(exist: true | null | readonly State[], states: readonly State[]): readonly State[] | null {
  if (exist !== true) return exist
  const reaching = new Set(states.flatMap(statesReaching))
  return STATES.filter((state) => reaching.has(state))
}

function dependencySpec(spec: Dependency): ConditionSpec {
  return {
    type: 'dependency',
    json: {
      type: 'dependency',
      job_id: spec.job_id,
      args: spec.args,
      ...statesJson(spec),
      ...enabledJson(spec.enabled),
    },
    str: describe(runText(spec.job_id, spec.args), spec),
    bind: (scope, paramsOf) => bind(spec, scope, paramsOf),
  }
}

function bind(
  spec: Dependency,
  scope: BindScope,
  paramsOf: (jobId: string) => readonly string[] | null,
): Expanded<BoundCondition | null> {
  const on = isEnabled(spec.enabled, scope)
  if (!on.ok) return on
  if (!on.value) return { ok: true, value: null }
  const jobId = expandField(spec.job_id, scope, 'job_id')
  if (!jobId.ok) return jobId
  const given = inField(expandEach(spec.args, scope), 'args')
  if (!given.ok) return given
  const args = argsOfTarget(jobId.value, paramsOf(jobId.value), given.value, scope.args)
  if (!args.ok) return args
  return {
    ok: true,
    value: {
      type: 'dependency',
      spec: { job_id: jobId.value, args: args.value, ...statesJson(spec) },
      str: describe(runText(jobId.value, args.value), spec),
    },
  }
}

function evaluate(
  fact: RunsFact | undefined,
  {
    jobId,
    args,
    states,
    exist,
  }: { jobId: string; args: Args; states: readonly State[]; exist: readonly State[] | null },
): ConditionOutcome {
  const known = fact ?? NO_RUNS
  const name = runText(jobId, args)
  const found = findIn(known, states)
  if (found !== null) return { type: 'ready', because: `${name} is ${found.state}: ${found.id}` }
  if (exist !== null && findIn(known, exist) === null) {
    return { type: 'goto', state: 'error', because: `no dependency ${name} exists in ${exist.join('|')}` }
  }
  const there = findIn(known, STATES)
  const now = there === null ? 'there is no such run yet' : `${there.id} is ${there.state}`
  return { type: 'waiting', index: 0, because: `${name} is not ${states.join('|')}: ${now}` }
}

function statesJson(spec: Pick<Dependency, 'states' | 'exist'>): {
  states?: readonly State[]
  exist?: readonly State[]
} {
  const plain = spec.states.length === 1 && spec.states[0] === 'success'
  return { ...(plain ? {} : { states: spec.states }), ...(spec.exist === null ? {} : { exist: spec.exist }) }
}

function describe(name: string, spec: Pick<Dependency, 'states' | 'exist'>): string {
  const must = spec.exist === null ? '' : `, must exist as ${spec.exist.join('|')}`
  return `dependency ${name} is ${spec.states.join('|')}${must}`
}
