import { numberField } from '@apsis/core/field'
import type { JsonObject } from '@apsis/core/json'
import type { KindSyntax, ProgramSpec } from '@apsis/core/kind'
import type { BoundProgram } from '@apsis/core/run'
import { type BindScope, type Expanded, failureIn } from '@apsis/core/template'
import { z } from 'zod'
import { expandAll, expandField, templateField } from '../../template/index.ts'
import { argvFault, quoteArgv } from './argv.ts'
import {
  bindStop,
  bindTimeout,
  boundTimesJson,
  stopJson,
  stopSchema,
  type StopTemplates,
  timeoutSchema,
  type TimeoutTemplates,
} from './stop.ts'

/** The keys that every program on an agent has. */
export const procKeys: { readonly [Key in keyof ProcTemplates]: z.ZodType<ProcTemplates[Key], unknown> } = {
  group_id: templateField.default('default').describe('The group of agents, one of which runs it.'),
  sudo_user: templateField.nullable().default(null).describe('The user as whom it runs, by sudo.'),
  stop: stopSchema.prefault({}).describe('How it is stopped.'),
  timeout: timeoutSchema.nullable().default(null).describe('For how long it may run.'),
  resources: z
    .strictObject({
      mem_max_gb: numberField
        .refine((gb) => gb > 0, 'mem_max_gb must be positive')
        .nullable()
        .default(null)
        .describe('Memory that it and its children may use together, in GB of 10^9 bytes.'),
    })
    .nullable()
    .default(null)
    .describe('What it may use.'),
}

/** A program on an agent, templates not expanded. */
export interface ProcTemplates {
  readonly group_id: string
  readonly sudo_user: string | null
  readonly stop: StopTemplates
  readonly timeout: TimeoutTemplates | null
  readonly resources: { readonly mem_max_gb: number | null } | null
}

const schema = z
  .strictObject({
    type: z.literal('procstar'),
    argv: z
      .array(templateField, { error: 'expected a list: the program and its arguments' })
      .min(1, 'argv is empty: it is the program and its arguments')
      .describe('The program, and its arguments.'),
    search_path: z
      .boolean({ error: 'expected true or false' })
      .default(false)
      .describe(
        'Whether a program without a slash is looked up in the PATH of its environment, which is that of the agent.',
      ),
    ...procKeys,
  })
  .transform(
    ({ argv, search_path, ...proc }): ProgramSpec => ({
      type: 'procstar',
      json: { type: 'procstar', argv, ...(search_path ? { search_path } : {}), ...procJson(proc) },
      str: quoteArgv(argv),
      takesEnv: true,
      bind: (scope) => bindProc(argv, proc, scope, null, search_path),
    }),
  )

/** `procstar`: a process, given by its argv, on an agent. */
export const procstar: KindSyntax<ProgramSpec> = {
  type: 'procstar',
  aliases: ['apsis.program.procstar.agent.ProcstarProgram', 'apsis.program.procstar.agent.BoundProcstarProgram'],
  schema,
}

/** The normal form of the common keys. */
export function procJson(proc: ProcTemplates): JsonObject {
  const stop = stopJson(proc.stop)
  const memory = proc.resources?.mem_max_gb ?? null
  return {
    group_id: proc.group_id,
    ...(proc.sudo_user === null ? {} : { sudo_user: proc.sudo_user }),
    ...(memory === null ? {} : { resources: { mem_max_gb: memory } }),
    ...(Object.keys(stop).length === 0 ? {} : { stop }),
    ...(proc.timeout === null ? {} : { timeout: { ...proc.timeout } }),
  }
}

/**
 * Expands a program on an agent. Whatever it was written as, it is bound to an argv. `key`: of the one text that the argv was made from;
 * null where it was written as an argv. `searchPath`: whether the agent looks the program up.
 */
export function bindProc(
  argv: readonly string[],
  proc: ProcTemplates,
  scope: BindScope,
  key: string | null,
  searchPath: boolean = false,
): Expanded<BoundProgram> {
  const words = expandAll(argv, scope)
  if (!words.ok) return key === null ? failureIn(words, 'argv') : { ...words, field: [key] }
  const fault = argvFault(words.value)
  if (fault !== null) return { ok: false, message: fault, field: [key ?? 'argv'] }
  const group = expandField(proc.group_id, scope, 'group_id')
  if (!group.ok) return group
  const user = proc.sudo_user === null ? null : expandField(proc.sudo_user, scope, 'sudo_user')
  if (user?.ok === false) return user
  const stop = bindStop(proc.stop, scope)
  if (!stop.ok) return stop
  const timeout = bindTimeout(proc.timeout, scope)
  if (!timeout.ok) return timeout
  const memory = proc.resources?.mem_max_gb ?? null
  const spec = {
    argv: words.value,
    ...(searchPath ? { search_path: true } : {}),
    group_id: group.value,
    ...(user === null ? {} : { sudo_user: user.value }),
    ...(memory === null ? {} : { resources: { mem_max_gb: memory } }),
    ...boundTimesJson(stop.value, timeout.value),
  }
  const str = quoteArgv(words.value)
  return { ok: true, value: { type: 'procstar', spec, str, stop: stop.value, timeout: timeout.value } }
}
