import { z } from 'zod'
import type { Json, JsonObject } from '../json/index.ts'

// What zod puts in by itself that stays when a field brings its own shape.
const KEPT = ['description', 'default', 'examples', 'title', 'deprecated', 'written']

/**
 * The JSON Schema of what may be written for a field. It is what zod knows of it; where code reads the field, so that zod knows
 * nothing, what the field's metadata say: `jsonSchema` is the shape, and `written` names it for people (kept, for the page).
 */
export function fieldSchema(field: z.ZodType): JsonObject {
  const made = z.toJSONSchema(field, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema, zodSchema }) => {
      // zod leaves out the default of a field that code reads, since it is the default of what comes out. Plain ones are the same.
      const { def } = zodSchema._zod
      const absent: unknown = def.type === 'default' ? def.defaultValue : null
      if (absent !== null && (typeof absent !== 'object' || Array.isArray(absent)))
        Reflect.set(jsonSchema, 'default', absent)
      const own: unknown = Reflect.get(jsonSchema, 'jsonSchema')
      if (typeof own !== 'object' || own === null) return
      for (const key of Object.keys(jsonSchema)) if (!KEPT.includes(key)) Reflect.deleteProperty(jsonSchema, key)
      for (const [key, value] of Object.entries(own)) Reflect.set(jsonSchema, key, value)
    },
  })
  // What it defines was for the shapes that were replaced.
  const { $schema: _schema, $defs: _defs, ...schema } = made
  // A JSON Schema is JSON; this makes it so for the compiler, and leaves out what is undefined.
  return JSON.parse(JSON.stringify(schema)) as JsonObject
}

/** A schema without the names for people, and so what goes into a file. */
export function withoutNames(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(withoutNames)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => key !== 'written' || typeof value !== 'string')
      .map(([key, value]): [string, Json] => [key, withoutNames(value)]),
  )
}
