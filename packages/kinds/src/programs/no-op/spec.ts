import type { KindSyntax, ProgramSpec } from '@apsis/core/kind'
import type { BoundProgram } from '@apsis/core/run'
import { type BindScope, type Expanded, failureIn } from '@apsis/core/template'
import { z } from 'zod'
import { durationTemplate, expandField, parseDurationText } from '../../template/index.ts'

const SIGTERM = 15

const schema = z
  .strictObject({
    type: z.literal('no-op'),
    duration: durationTemplate.nullable().default(null).describe('How long it takes; at once where it is not said.'),
    // Any text counts as true, as in Python.
    success: z
      .union([z.boolean(), z.null(), z.string(), z.number()])
      .default(true)
      .transform((value) => (typeof value === 'string' || typeof value === 'number' ? Boolean(value) : value))
      .describe('How it ends: true for success, false for failure, null for error.'),
  })
  .transform(
    ({ duration, success }): ProgramSpec => ({
      type: 'no-op',
      json: { type: 'no-op', ...(duration === null ? {} : { duration }), success },
      str: duration === null ? 'no-op' : `no-op for ${duration} s`,
      bind: (scope) => bind(duration, success, scope),
    }),
  )

/** `no-op`: does nothing, for a while or at once, and ends as it is told to. */
export const noOp: KindSyntax<ProgramSpec> = {
  type: 'no-op',
  aliases: ['apsis.program.noop.NoOpProgram', 'apsis.program.noop.BoundNoOpProgram'],
  schema,
}

function bind(duration: string | null, success: boolean | null, scope: BindScope): Expanded<BoundProgram> {
  const stop = { signal: SIGTERM, grace: null }
  if (duration === null) {
    return { ok: true, value: { type: 'no-op', spec: { success }, str: 'no-op', stop, timeout: null } }
  }
  const text = expandField(duration, scope, 'duration')
  if (!text.ok) return text
  const length = parseDurationText(text.value)
  if (!length.ok) return failureIn(length, 'duration')
  const spec = { duration: length.value / 1000, success }
  return { ok: true, value: { type: 'no-op', spec, str: `no-op for ${spec.duration} s`, stop, timeout: null } }
}
