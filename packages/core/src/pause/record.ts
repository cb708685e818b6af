import { z } from 'zod'
import type { Json, JsonObject } from '../json/index.ts'
import type { Parsed } from '../time/index.ts'
import type { Pause } from './pause.ts'

const schema: z.ZodType<Pause> = z.object({
  id: z.string().min(1),
  scope: z.enum(['job', 'label']),
  target: z.string().min(1),
  createdAt: z.number(),
  until: z.number().nullable(),
  mode: z.enum(['skip', 'hold']),
  reason: z.string().nullable(),
})

/** The pause as the document that is stored. */
export function pauseJson(pause: Pause): JsonObject {
  return { ...pause }
}

/** The pause of a stored document; else what is wrong with it, and where. */
export function readPause(json: Json): Parsed<Pause> {
  const result = schema.safeParse(json)
  return result.success ? { ok: true, value: result.data } : { ok: false, message: z.prettifyError(result.error) }
}
