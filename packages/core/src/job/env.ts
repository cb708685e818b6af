import { z } from 'zod'
import { templateField } from '../field/index.ts'
import type { BoundProgram } from '../run/run.ts'
import { type BindScope, expand, type Expanded, failureIn } from '../template/index.ts'

/** Variables by name: a text or template, or null for one that the process is not to have. */
export type Env = Readonly<Record<string, string | null>>

/** As many variables as anybody needs; together with a template's limit it bounds what a process is given. */
const MAX_VARIABLES = 1000

/** `env`: the variables of a job's processes. */
export const envField: z.ZodType<Env, unknown> = z
  .record(z.string(), z.json())
  .nullable()
  .default(null)
  .transform((env, ctx) => {
    const names = Object.keys(env ?? {}).sort()
    if (names.length > MAX_VARIABLES) ctx.addIssue({ code: 'custom', message: `at most ${MAX_VARIABLES} variables` })
    return Object.fromEntries(names.map((name) => [name, variable(name, env?.[name] ?? null, ctx)]))
  })
  .meta({
    jsonSchema: {
      type: ['object', 'null'],
      propertyNames: { pattern: '^[^=\\u0000]+$' },
      additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
    },
    written: 'mapping of names to texts, templates or null',
  })

function variable(name: string, value: unknown, ctx: z.RefinementCtx): string | null {
  if (name === '' || /[=\0]/.test(name)) {
    ctx.addIssue({ code: 'custom', message: 'the name of a variable has no = in it, and is not empty', path: [name] })
  }
  if (value === null) return null
  const template = templateField.safeParse(value)
  if (template.success) return template.data
  for (const issue of template.error.issues) ctx.addIssue({ ...issue, path: [name, ...issue.path] })
  return null
}

/** Gives a bound program its variables, expanded for the run. */
export function bindEnv(env: Env, program: BoundProgram, scope: BindScope): Expanded<BoundProgram> {
  if (Object.keys(env).length === 0) return { ok: true, value: program }
  const variables: Record<string, string | null> = {}
  for (const [name, template] of Object.entries(env)) {
    const expanded: Expanded<string | null> = template === null ? { ok: true, value: null } : expand(template, scope)
    if (!expanded.ok) return failureIn(expanded, 'env', name)
    if (expanded.value?.includes('\0')) {
      return failureIn({ ok: false, message: `env ${name} has a null character in it` }, 'env', name)
    }
    variables[name] = expanded.value
  }
  return { ok: true, value: { ...program, spec: { ...program.spec, env: variables } } }
}
