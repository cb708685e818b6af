import { z } from 'zod'
import {
  describeJson,
  isList,
  isMapping,
  type KeyPath,
  problemsOf,
  pythonText,
  type Problem,
} from '../document/index.ts'
import type { Json, JsonObject } from '../json/index.ts'

const NAME: JsonObject = { type: 'string', minLength: 1 }
const SCALAR: JsonObject = { type: ['string', 'number', 'boolean'] }

/** The `params` of a job: one name, a list of names, or a mapping whose keys are the names. Sorted, without repeats. */
export const paramsField: z.ZodType<readonly string[], unknown> = z
  .json()
  .optional()
  .transform((value, ctx): readonly string[] => {
    if (value === undefined || value === null) return []
    if (isMapping(value)) return sorted(Object.keys(value))
    return sorted(texts(value, ctx, (item) => item !== '', 'expected the name of a param'))
  })
  .meta({
    jsonSchema: {
      anyOf: [
        { type: ['number', 'boolean', 'null', 'object'] },
        NAME,
        { type: 'array', items: { anyOf: [NAME, { type: ['number', 'boolean'] }] } },
      ],
    },
    written: 'name, list of names, or mapping',
  })

/** `labels`: a text, or a list of texts. */
export const labelsField: z.ZodType<readonly string[], unknown> = z
  .json()
  .optional()
  .transform((value, ctx): readonly string[] =>
    value === undefined || value === null ? [] : texts(value, ctx, () => true, 'expected a label, a text'),
  )
  .meta({
    jsonSchema: { anyOf: [{ type: ['string', 'number', 'boolean', 'null'] }, { type: 'array', items: SCALAR }] },
    written: 'text or list of texts',
  })

/** Metadata as normal forms have it. */
export type Metadata = JsonObject & { readonly labels: readonly string[] }

/** The `metadata` of a job, with `labels` made a list of texts. */
export const metadataField: z.ZodType<Metadata, unknown> = z
  .looseObject({
    labels: labelsField.describe('Short texts by which jobs are found and grouped.'),
    description: z
      .string()
      .nullish()
      .describe('What the job is for, in Markdown: shown on the page of the job.')
      .meta({ written: 'text' }),
  })
  .default({ labels: [] })
  .transform(({ labels, description, ...rest }) => {
    const described = description === undefined ? rest : { ...rest, description }
    // What else is in it came out of a JSON document, and was not touched.
    return { ...(described as JsonObject), labels }
  })

/** `ad_hoc`: true or false; false where it is not said. */
export const adHocField: z.ZodType<boolean, unknown> = z.boolean().default(false)

/** Reads the value of a key by its field: undefined, and what is wrong noted, where that cannot be done. */
export function readField<T>(
  field: z.ZodType<T, unknown>,
  value: Json | undefined,
  path: KeyPath,
  problems: Problem[],
): T | undefined {
  const parsed = field.safeParse(value)
  if (parsed.success) return parsed.data
  const codes = { keyUnknown: 'JOB_KEY_UNKNOWN', keyMissing: 'JOB_KEY_MISSING', value: 'JOB_VALUE' } as const
  for (const problem of problemsOf(parsed.error.issues, { codes, schema: field, value: value ?? null, path }))
    problems.push(problem)
  return undefined
}

/** Notes an error at a value. */
export function complain(problems: Problem[], path: KeyPath, message: string, hint: string | null): void {
  problems.push({ code: 'JOB_VALUE', severity: 'error', path, at: 'value', message, hint })
}

// One scalar, or a list of them, as texts; each other thing in it is a problem at its place.
function texts(value: Json, ctx: z.RefinementCtx, allowed: (item: Json) => boolean, expected: string): string[] {
  const bad = (item: Json): boolean => item === null || typeof item === 'object' || !allowed(item)
  const items = isList(value) ? value : [value]
  for (const [index, item] of items.entries()) {
    const message = `${expected}, not ${describeJson(item)}`
    if (bad(item)) ctx.addIssue({ code: 'custom', message, path: isList(value) ? [index] : [] })
  }
  return items.map(pythonText)
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort()
}
