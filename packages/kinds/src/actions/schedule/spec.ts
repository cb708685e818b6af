import { argsField, statesField, textField } from '@apsis/core/field'
import { argsFault, runText } from '@apsis/core/job'
import type { ActionEffect, ActionSnapshot, ActionSpec, KindSyntax } from '@apsis/core/kind'
import { type Args, isFinished, type State } from '@apsis/core/run'
import { type Expanded, failureIn, placedMessage } from '@apsis/core/template'
import { z } from 'zod'
import { expandEach } from '../../template/index.ts'

const schema = z
  .strictObject({
    type: z.literal('schedule'),
    job_id: textField('job_id').describe('The job of which a run is made.'),
    args: argsField
      .default({})
      .describe('Args of that run, templates; for params of that job that are not in it, those of this run.'),
    if: z
      .strictObject({
        states: statesField.nullable().default(null).describe('To which of these states the run comes.'),
      })
      .nullable()
      .default(null)
      .describe('When it is done; where it is not said, when the run finishes.'),
  })
  .transform(({ job_id, args, if: when }): ActionSpec => {
    const states = when?.states ?? null
    const condition = states === null ? 'finished' : states.join('|')
    return {
      type: 'schedule',
      json: { type: 'schedule', job_id, args, ...(states === null ? {} : { if: { states } }) },
      str: `schedule ${runText(job_id, args)} if ${condition}`,
      applies: ({ state }) => applies(states, state),
      plan: (snapshot, paramsOf) => plan(job_id, args, snapshot, paramsOf),
    }
  })

/** `schedule`: makes a run of another job, now. */
export const schedule: KindSyntax<ActionSpec> = {
  type: 'schedule',
  aliases: ['apsis.actions.schedule.ScheduleAction', 'apsis.actions.ScheduleAction'],
  schema,
}

// Without states: when the run finishes (spec/decisions.md).
function applies(states: readonly State[] | null, state: State): boolean {
  return states === null ? isFinished(state) : states.includes(state)
}

function plan(
  jobId: string,
  args: Args,
  snapshot: ActionSnapshot,
  paramsOf: (jobId: string) => readonly string[] | null,
): Expanded<readonly ActionEffect[]> {
  const params = paramsOf(jobId)
  if (params === null) return { ok: false, message: `unknown job ID: ${jobId}` }
  const given = expandEach(args, { args: snapshot.args })
  // Whoever logs this knows of no fields.
  if (!given.ok) return { ok: false, message: placedMessage(failureIn(given, 'args')) }
  const inherited = params.filter((param) => !Object.hasOwn(given.value, param) && Object.hasOwn(snapshot.args, param))
  const all = { ...given.value, ...Object.fromEntries(inherited.map((param) => [param, snapshot.args[param] ?? ''])) }
  const fault = argsFault({ id: jobId, params }, all)
  return fault === null ? { ok: true, value: [{ type: 'schedule', jobId, args: all }] } : { ok: false, message: fault }
}
