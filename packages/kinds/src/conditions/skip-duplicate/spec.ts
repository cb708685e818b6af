import { finishedStateField, refuse, statesField } from '@apsis/core/field'
import { runText } from '@apsis/core/job'
import type { ConditionKind, ConditionSpec, KindSyntax } from '@apsis/core/kind'
import type { Args, BoundCondition, State } from '@apsis/core/run'
import type { BindScope, Expanded } from '@apsis/core/template'
import { z } from 'zod'
import { enabledField, enabledJson, isEnabled } from '../enabled.ts'
import { findIn } from '../runs.ts'
import { argsOf, storedStates, storedText, wrong } from '../stored.ts'

type Target = 'skipped' | 'error'

const DEFAULT_STATES: readonly State[] = ['waiting', 'starting', 'running']

const targetField = finishedStateField
  .transform((state, ctx): Target => {
    if (state === 'skipped' || state === 'error') return state
    return refuse(ctx, `invalid target state: ${state}`, 'a run that has not run can become skipped or error')
  })
  .meta({ jsonSchema: { enum: ['skipped', 'error'] }, written: '`skipped` or `error`' })

const schema = z
  .strictObject({
    type: z.literal('skip_duplicate'),
    check_states: statesField.default(DEFAULT_STATES).describe('Another run in one of these states makes this one go.'),
    target_state: targetField.default('skipped').describe('The state that it goes to.'),
    enabled: enabledField,
  })
  .transform(
    ({ check_states, target_state, enabled }): ConditionSpec => ({
      type: 'skip_duplicate',
      json: { type: 'skip_duplicate', check_states, target_state, ...enabledJson(enabled) },
      str: `transition to ${target_state} if another run is ${check_states.join('|')}`,
      bind: (scope) => bind(check_states, target_state, enabled, scope),
    }),
  )

/** `skip_duplicate`: never waits; if there is another run with the same args in certain states, this one is skipped. */
export const skipDuplicate: KindSyntax<ConditionSpec> & ConditionKind = {
  type: 'skip_duplicate',
  aliases: [
    'apsis.cond.skip_duplicate.SkipDuplicate',
    'apsis.cond.SkipDuplicate',
    'apsis.cond.skip_duplicate.BoundSkipDuplicate',
  ],
  atStart: true,
  schema,
  revive(bound) {
    const states = storedStates(bound, 'check_states', DEFAULT_STATES)
    const target = storedText(bound, 'target_state')
    if (target !== 'skipped' && target !== 'error') return wrong(bound, 'target_state')
    const { jobId, args } = instanceOf(bound)
    return {
      needs: [{ jobId, args }],
      evaluate([fact]) {
        const other = fact === undefined ? null : findIn(fact, states)
        if (other === null) return { type: 'ready' }
        const because = `transitioning to ${target} because ${other.id} ${other.state}`
        return { type: 'goto', state: target, because }
      },
    }
  },
}

function bind(
  states: readonly State[],
  target: Target,
  enabled: boolean | string,
  scope: BindScope,
): Expanded<BoundCondition | null> {
  const on = isEnabled(enabled, scope)
  if (!on.ok) return on
  if (!on.value) return { ok: true, value: null }
  const { jobId, args, runId: id } = scope
  return {
    ok: true,
    value: {
      type: 'skip_duplicate',
      spec: { check_states: states, target_state: target, instance: [jobId, args], run_id: id },
      str: `transition to ${target} if another ${runText(jobId, args)} is ${states.join('|')}`,
    },
  }
}

function instanceOf(bound: BoundCondition): { readonly jobId: string; readonly args: Args } {
  const instance = bound.spec['instance']
  if (!Array.isArray(instance) || typeof instance[0] !== 'string') return wrong(bound, 'instance')
  return { jobId: instance[0], args: argsOf(instance[1], bound, 'instance') }
}
