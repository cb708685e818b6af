import { argsField, checkedTemplate, textField } from '@apsis/core/field'
import { runText } from '@apsis/core/job'
import type { ConditionKind, ConditionSpec, KindSyntax } from '@apsis/core/kind'
import type { Args, BoundCondition } from '@apsis/core/run'
import { type BindScope, type Expanded, failureIn, inField } from '@apsis/core/template'
import { z } from 'zod'
import { expandEach, expandField } from '../../template/index.ts'
import { enabledField, enabledJson, isEnabled } from '../enabled.ts'
import { argsOfTarget } from '../runs.ts'
import { storedArgs, storedInteger, storedText } from '../stored.ts'

interface MaxRunning {
  readonly count: string
  /** Null: the run's own job. */
  readonly job_id: string | null
  readonly args: Args | null
  readonly enabled: boolean | string
}

const countField = checkedTemplate('whole number', (text) => {
  const count = countOf(text)
  return count.ok ? null : count.message
})

const schema = z
  .strictObject({
    type: z.literal('max_running'),
    count: countField.default('1').describe('Of fewer runs than so many the condition holds.'),
    job_id: textField('job_id')
      .nullable()
      .default(null)
      .describe('The job whose runs count; this one where it is not said.'),
    args: argsField
      .nullable()
      .default(null)
      .describe('Args of the runs that count, templates; those of this run where they are not said.'),
    enabled: enabledField,
  })
  .transform((spec): ConditionSpec => {
    return {
      type: 'max_running',
      json: {
        type: 'max_running',
        count: spec.count,
        ...(spec.job_id === null ? {} : { job_id: spec.job_id }),
        ...(spec.args === null ? {} : { args: spec.args }),
        ...enabledJson(spec.enabled),
      },
      str: `fewer than ${spec.count} runs${spec.job_id === null ? '' : ` of ${runText(spec.job_id, spec.args ?? {})}`} running`,
      bind: (scope, paramsOf) => bind(spec, scope, paramsOf),
    }
  })

/** `max_running`: waits until fewer than so many runs of a job with certain args are starting or running. */
export const maxRunning: KindSyntax<ConditionSpec> & ConditionKind = {
  type: 'max_running',
  aliases: ['apsis.cond.max_running.MaxRunning', 'apsis.cond.MaxRunning', 'apsis.cond.max_running.BoundMaxRunning'],
  atStart: true,
  schema,
  revive(bound) {
    const count = storedInteger(bound, 'count')
    const jobId = storedText(bound, 'job_id')
    const args = storedArgs(bound, 'args')
    return {
      needs: [{ jobId, args }],
      evaluate([fact]) {
        const running = fact === undefined ? 0 : fact.count('starting') + fact.count('running')
        const because = `${running} of at most ${count} runs of ${runText(jobId, args)} running`
        if (running < count) return { type: 'ready', because }
        return { type: 'waiting', index: 0, because }
      },
    }
  },
}

function bind(
  spec: MaxRunning,
  scope: BindScope,
  paramsOf: (jobId: string) => readonly string[] | null,
): Expanded<BoundCondition | null> {
  const on = isEnabled(spec.enabled, scope)
  if (!on.ok) return on
  if (!on.value) return { ok: true, value: null }
  const text = expandField(spec.count, scope, 'count')
  if (!text.ok) return text
  const count = countOf(text.value)
  if (!count.ok) return failureIn(count, 'count')
  const args = argsOfLimit(spec, scope, paramsOf)
  if (!args.ok) return args
  const jobId = spec.job_id ?? scope.jobId
  return {
    ok: true,
    value: {
      type: 'max_running',
      spec: { count: count.value, job_id: jobId, args: args.value },
      str: `fewer than ${count.value} runs of ${runText(jobId, args.value)} running`,
    },
  }
}

// Args that are not given are the run's own.
function argsOfLimit(
  spec: MaxRunning,
  scope: BindScope,
  paramsOf: (jobId: string) => readonly string[] | null,
): Expanded<Args> {
  if (spec.args === null && (spec.job_id === null || spec.job_id === scope.jobId))
    return { ok: true, value: scope.args }
  const given = inField(expandEach(spec.args ?? {}, scope), 'args')
  if (!given.ok) return given
  const jobId = spec.job_id ?? scope.jobId
  const params = jobId === scope.jobId ? Object.keys(scope.args) : paramsOf(jobId)
  return argsOfTarget(jobId, params, given.value, scope.args)
}

function countOf(text: string): Expanded<number> {
  if (/^\s*\+?\d{1,9}\s*$/.test(text)) return { ok: true, value: Number(text) }
  return { ok: false, message: `count must be a whole number, 0 or more, not ${text}` }
}
