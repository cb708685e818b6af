import { refuse } from '@apsis/core/field'
import type { BindScope, Expanded } from '@apsis/core/template'
import { z } from 'zod'
import { expandField, templateField } from '../template/index.ts'

/** `enabled` of a condition: true, false, or a template. */
export const enabledField: z.ZodType<boolean | string, unknown> = z
  .unknown()
  .optional()
  .transform((value, ctx) => {
    if (value === undefined) return true
    if (typeof value === 'boolean') return value
    if (typeof value !== 'string') {
      return refuse(ctx, 'enabled must be a bool or a quoted string', 'a template needs quotes in YAML: "{{ ... }}"')
    }
    const parsed = templateField.safeParse(value)
    if (parsed.success) return parsed.data
    for (const issue of parsed.error.issues) ctx.addIssue({ ...issue })
    return z.NEVER
  })
  .meta({
    jsonSchema: { type: ['boolean', 'string'], default: true },
    written: 'true, false or template',
    description: 'Whether it counts. A template that comes to `false`, `False` or nothing switches it off for the run.',
  })

/** The normal form: nothing where it is simply on. */
export function enabledJson(enabled: boolean | string): { readonly enabled?: boolean | string } {
  return enabled === true ? {} : { enabled }
}

/** Whether the condition counts for this run. Off: `false`, `False` or nothing after expansion; any other text is on. */
export function isEnabled(enabled: boolean | string, scope: BindScope): Expanded<boolean> {
  if (typeof enabled === 'boolean') return { ok: true, value: enabled }
  const expanded = expandField(enabled, scope, 'enabled')
  return expanded.ok ? { ok: true, value: !['false', 'False', ''].includes(expanded.value) } : expanded
}
