import type { KindSyntax, ProgramSpec } from '@apsis/core/kind'
import type { BoundProgram } from '@apsis/core/run'
import type { BindScope, Expanded } from '@apsis/core/template'
import { z } from 'zod'
import { expandField, templateField } from '../../template/index.ts'

const SIGTERM = 15

const schema = z
  .strictObject({
    type: z.literal('stats'),
    path: templateField
      .nullable()
      .default(null)
      .describe('A file to append the figures to, as a line of JSON; relative to the data folder.'),
  })
  .transform(
    ({ path }): ProgramSpec => ({
      type: 'stats',
      json: { type: 'stats', ...(path === null ? {} : { path }) },
      str: path === null ? 'stats' : `stats → ${path}`,
      bind: (scope) => bind(path, scope),
    }),
  )

/** `stats`: figures about the server, as output and in a file. */
export const stats: KindSyntax<ProgramSpec> = {
  type: 'stats',
  aliases: ['apsis.program.internal.stats.StatsProgram', 'apsis.program.internal.stats.BoundStatsProgram'],
  schema,
}

function bind(template: string | null, scope: BindScope): Expanded<BoundProgram> {
  const stop = { signal: SIGTERM, grace: null }
  if (template === null) {
    return { ok: true, value: { type: 'stats', spec: { path: null }, str: 'stats', stop, timeout: null } }
  }
  const path = expandField(template, scope, 'path')
  if (!path.ok) return path
  const str = `stats → ${path.value}`
  return { ok: true, value: { type: 'stats', spec: { path: path.value }, str, stop, timeout: null } }
}
