import type { KindSyntax, ProgramSpec } from '@apsis/core/kind'
import type { BoundProgram } from '@apsis/core/run'
import { z } from 'zod'

const BOUND: BoundProgram = {
  type: 'vacuum',
  spec: {},
  str: 'vacuum',
  stop: { signal: 15, grace: null },
  timeout: null,
}

const schema = z.strictObject({ type: z.literal('vacuum') }).transform(
  (): ProgramSpec => ({
    type: 'vacuum',
    json: { type: 'vacuum' },
    str: 'vacuum',
    bind: () => ({ ok: true, value: BOUND }),
  }),
)

/** `vacuum`: gives space that the databases do not use any more back to the file system. */
export const vacuum: KindSyntax<ProgramSpec> = {
  type: 'vacuum',
  aliases: ['apsis.program.internal.vacuum.VacuumProgram', 'apsis.program.internal.vacuum.BoundVacuumProgram'],
  schema,
}
