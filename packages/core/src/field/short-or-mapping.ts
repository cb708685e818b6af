import { z } from 'zod'

/**
 * A mapping, or something that is short for one. Told apart before either is looked into, so that problems are told at keys that are
 * there.
 */
export function shortOrMapping<T>(short: z.ZodType<T, unknown>, mapping: z.ZodType<T, unknown>): z.ZodType<T, unknown> {
  return z.unknown().transform((value, ctx) => {
    const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value)
    const parsed = (isMapping ? mapping : short).safeParse(value)
    if (parsed.success) return parsed.data
    for (const issue of parsed.error.issues) ctx.addIssue({ ...issue })
    return z.NEVER
  })
}
