import { z } from 'zod'
import { isMapping } from '../document/index.ts'
import type { Json, JsonObject } from '../json/index.ts'
import { nameFault } from '../template/index.ts'

// Documents are JSON when they come here; zod's own records would drop the key `__proto__` without a word.
const names = z
  .custom<Json>()
  .optional()
  .transform((value, ctx): JsonObject => {
    if (value === undefined || value === null) return {}
    if (!isMapping(value)) {
      ctx.addIssue({ code: 'custom', message: 'expected a mapping of names to values' })
      return z.NEVER
    }
    for (const name of Object.keys(value)) {
      const fault = nameFault(name)
      if (fault !== null) ctx.addIssue({ code: 'custom', message: fault, path: [name] })
    }
    return value
  })
  .meta({ jsonSchema: { type: ['object', 'null'] }, written: 'mapping of names to values' })

/** `template: {names: {...}}`: names for the templates of all jobs; values of any shape. Names that templates have already are refused. */
export const templateNames: z.ZodType<JsonObject, unknown> = z
  .strictObject({ names })
  .nullish()
  .transform((given) => given?.names ?? {})
