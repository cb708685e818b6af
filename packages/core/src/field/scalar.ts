import { z } from 'zod'
import { closest, describeJson, isList, pythonText } from '../document/index.ts'
import type { JsonObject } from '../json/index.ts'
import { FINISHED, isFinished, STATES, type State } from '../run/state.ts'

// What a document may have in the place of a field that code reads, so that zod cannot tell: metadata of the field, of which `jsonSchema`
// is the shape and `written` the name of it for people (see the schema folder).

/** A text. */
export const TEXT_INPUT: JsonObject = { type: 'string' }

/** Anything that can be made a text. */
export const SCALAR_INPUT: JsonObject = { type: ['string', 'number', 'boolean', 'null'] }

const NUMBER_TEXT: JsonObject = { type: 'string', pattern: '^\\s*[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?\\s*$' }

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** The hint for what YAML makes of `{{ x }}` without quotes. */
export const QUOTE_HINT = 'a template needs quotes in YAML: "{{ ... }}"'

/** A number, or a text that is one (`1.0` in YAML is kept as text, so that it stays `1.0` where a text is wanted). */
export const numberField: z.ZodType<number, unknown> = z
  .union([z.number(), z.string()])
  .transform((value, ctx) => {
    const number = typeof value === 'number' ? value : numberOf(value)
    if (number !== null) return number
    return refuse(ctx, `expected a number, not ${describeJson(value)}`)
  })
  .meta({ jsonSchema: { anyOf: [{ type: 'number' }, NUMBER_TEXT] }, written: 'number' })

/** A whole number. */
export const integerField: z.ZodType<number, unknown> = numberField
  .transform((value, ctx) =>
    Number.isSafeInteger(value) ? value : refuse(ctx, `expected a whole number, not ${value}`),
  )
  .meta({ jsonSchema: { anyOf: [{ type: 'integer' }, NUMBER_TEXT] }, written: 'whole number' })

/** A text, and nothing that would have to be made one. */
export function textField(name: string): z.ZodType<string, unknown> {
  return z
    .unknown()
    .transform((value, ctx) => {
      if (typeof value === 'string') return value
      const hint = typeof value === 'object' && value !== null ? QUOTE_HINT : `write it in quotes`
      return refuse(ctx, `${name} must be a string`, hint)
    })
    .meta({ jsonSchema: TEXT_INPUT, written: 'text' })
}

/** A text; any other scalar becomes one as Python's `str` makes it. */
export const scalarTextField: z.ZodType<string, unknown> = scalar
  .transform((value) => pythonText(value))
  .meta({ jsonSchema: SCALAR_INPUT, written: 'text' })

/** A mapping of arg names to texts. */
export const argsField: z.ZodType<Readonly<Record<string, string>>, unknown> = z
  .record(z.string(), z.json())
  .nullable()
  .transform((args) =>
    Object.fromEntries(
      Object.entries(args ?? {})
        .map(([name, value]): [string, string] => [name, pythonText(value)])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  )
  .meta({ jsonSchema: { type: ['object', 'null'] }, written: 'mapping of names to values' })

/** A state of a run, or a list of them; without repeats, in the order given. */
export const statesField: z.ZodType<readonly State[], unknown> = z
  .json()
  .transform((value, ctx): readonly State[] => {
    if (typeof value !== 'string' && !isList(value)) return refuse(ctx, 'expected a state or a list of states')
    const items = isList(value) ? value : [value]
    const states: State[] = []
    for (const [index, item] of items.entries()) {
      const state = STATES.find((one) => one === item)
      if (state === undefined) {
        const name = typeof item === 'string' ? item : describeJson(item)
        const meant = closest(name, STATES)
        const hint = meant === null ? `states: ${STATES.join(', ')}` : `did you mean '${meant}'?`
        const path = typeof value === 'string' ? [] : [index]
        ctx.addIssue({ code: 'custom', message: `not a state: ${name}`, params: { hint }, path })
      } else if (!states.includes(state)) states.push(state)
    }
    if (items.length === 0) ctx.addIssue({ code: 'custom', message: 'expected at least one state' })
    return states
  })
  .meta({ jsonSchema: oneOrList({ enum: [...STATES] }), written: 'state or list of states' })

/** A state that a run can end in. */
export const finishedStateField: z.ZodType<State, unknown> = z
  .string()
  .transform((value, ctx) => {
    const state = STATES.find((one) => one === value)
    return state !== undefined && isFinished(state) ? state : refuse(ctx, `invalid target state: ${value}`)
  })
  .meta({ jsonSchema: { enum: [...FINISHED] }, written: 'state' })

/** The JSON Schema of one, or a list of at least one. */
export function oneOrList(item: JsonObject): JsonObject {
  return { anyOf: [item, { type: 'array', items: item, minItems: 1 }] }
}

/** As `refuse`, with the problem at the value of a key of the mapping. */
export function refuseAt(ctx: z.RefinementCtx, key: string, message: string): never {
  ctx.addIssue({ code: 'custom', message, path: [key] })
  return z.NEVER
}

/** Notes a problem of a value and ends its parsing. `params` as `problemsOf` reads them. */
export function refuse(ctx: z.RefinementCtx, message: string, hint?: string, code?: string): never {
  ctx.addIssue({ code: 'custom', message, params: { hint, code } })
  return z.NEVER
}

function numberOf(text: string): number | null {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text.trim()) ? Number(text) : null
}
