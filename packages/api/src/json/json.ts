import type { Json, JsonObject } from '@apsis/core/json'
import { z } from 'zod'

/** Any JSON. Nothing is checked: what is parsed from JSON text can be nothing else. */
export const jsonSchema: z.ZodType<Json> = z
  .custom<Json>((value) => value !== undefined)
  .meta({ description: 'any JSON' })

/** Any JSON object. */
export const jsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), jsonSchema)
