import type { KindSyntax, ProgramSpec } from '@apsis/core/kind'
import { z } from 'zod'
import { templateField } from '../../template/index.ts'
import { bindProc, procJson, procKeys } from '../procstar/spec.ts'

const SHELL = ['/usr/bin/bash', '-c']

const schema = z
  .strictObject({
    type: z.literal('procstar-shell'),
    command: templateField.describe('The command, as bash reads it.'),
    ...procKeys,
  })
  .transform(
    ({ command, ...proc }): ProgramSpec => ({
      type: 'procstar-shell',
      json: { type: 'procstar-shell', command, ...procJson(proc) },
      str: command,
      takesEnv: true,
      bind: (scope) => bindProc([...SHELL, command], proc, scope, 'command'),
    }),
  )

/** `procstar-shell`: a shell command on an agent. */
export const procstarShell: KindSyntax<ProgramSpec> = {
  type: 'procstar-shell',
  aliases: [
    'apsis.program.procstar.agent.ProcstarShellProgram',
    'apsis.program.procstar.agent.BoundProcstarShellProgram',
  ],
  schema,
}
