import { argsField, statesField } from '@apsis/core/field'
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
import { type BindScope, expand, type Expanded } from '@apsis/core/template'
import { z } from 'zod'
import { expandEach, templateTextField } from '../../template/index.ts'
import { enabledField, enabledJson, isEnabled } from '../enabled.ts'
import { argsOfTarget, findIn } from '../runs.ts'
import { storedArgs, storedStates, storedText } from '../stored.ts'

interface Dependency {
  readonly job_id: string
  readonly args: Args
  readonly states: readonly State[]
  /** Null: a run need not exist. */
  readonly exist: readonly State[] | null
  readonly enabled: boolean | string
}

const existField = z
  .union([z.boolean(), z.null(), z.string(), z.array(z.string())], {
    error: 'expected true, a state or a list of states',
  })
  .default(null)

const schema = z
  .strictObject({
    type: z.literal('dependency'),
    job_id: templateTextField('job_id'),
    args: argsField.default({}),
    states: statesField.default(['success']),
    exist: existField,
    enabled: enabledField,
  })
  .transform(({ exist, ...rest }, ctx): ConditionSpec => {
    const states = existStates(exist, rest.states)
    const missing = states === null || states === 'bad' ? [] : rest.states.filter((state) => !states.includes(state))
    if (states === 'bad') ctx.addIssue({ code: 'custom', message: 'not a state, or a list of states', path: ['exist'] })
    if (missing.length > 0) {
      const message = `exist must include every one of states; not in it: ${missing.join(', ')}`
      ctx.addIssue({ code: 'custom', message, path: ['exist'] })
    }
    return dependencySpec({ ...rest, exist: states === 'bad' ? null : states })
  })

/** `dependency`: waits until a run of another job is in one of some states. */
export const dependency: KindSyntax<ConditionSpec> & ConditionKind = {
  type: 'dependency',
  aliases: ['apsis.cond.dependency.Dependency', 'apsis.cond.Dependency', 'apsis.cond.dependency.BoundDependency'],
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
function existStates(
  exist: boolean | string | null | readonly string[],
  states: readonly State[],
): readonly State[] | null | 'bad' {
  if (exist === null || exist === false) return null
  if (exist === true) {
    const reaching = new Set(states.flatMap(statesReaching))
    return STATES.filter((state) => reaching.has(state))
  }
  const parsed = statesField.safeParse(exist)
  return parsed.success ? parsed.data : 'bad'
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
  const jobId = expand(spec.job_id, scope)
  if (!jobId.ok) return jobId
  const given = expandEach(spec.args, scope)
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
  const none: RunsFact = { unfinished: [], finished: {} }
  const known = fact ?? none
  if (findIn(known, states) !== null) return { type: 'ready' }
  const name = runText(jobId, args)
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
