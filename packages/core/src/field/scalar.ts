import { z } from 'zod'
import { closest, describeJson, pythonText } from '../document/index.ts'
import { isFinished, STATES, type State } from '../run/state.ts'

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** The hint for what YAML makes of `{{ x }}` without quotes. */
export const QUOTE_HINT = 'a template needs quotes in YAML: "{{ ... }}"'

/** A number, or a text that is one (`1.0` in YAML is kept as text, so that it stays `1.0` where a text is wanted). */
export const numberField: z.ZodType<number, unknown> = z.union([z.number(), z.string()]).transform((value, ctx) => {
  const number = typeof value === 'number' ? value : numberOf(value)
  if (number !== null) return number
  return refuse(ctx, `expected a number, not ${describeJson(value)}`)
})

/** A whole number. */
export const integerField: z.ZodType<number, unknown> = numberField.transform((value, ctx) =>
  Number.isSafeInteger(value) ? value : refuse(ctx, `expected a whole number, not ${value}`),
)

/** A text, and nothing that would have to be made one. */
export function textField(name: string): z.ZodType<string, unknown> {
  return z.unknown().transform((value, ctx) => {
    if (typeof value === 'string') return value
    const hint = typeof value === 'object' && value !== null ? QUOTE_HINT : `write it in quotes`
    return refuse(ctx, `${name} must be a string`, hint)
  })
}

/** A text; any other scalar becomes one as Python's `str` makes it. */
export const scalarTextField: z.ZodType<string, unknown> = scalar.transform((value) => pythonText(value))

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

/** A state of a run, or a list of them; without repeats, in the order given. */
export const statesField: z.ZodType<readonly State[], unknown> = z
  .union([z.string(), z.array(z.string())], { error: 'expected a state or a list of states' })
  .transform((value, ctx) => {
    const names = typeof value === 'string' ? [value] : value
    const states: State[] = []
    for (const [index, name] of names.entries()) {
      const state = STATES.find((one) => one === name)
      if (state === undefined) {
        const meant = closest(name, STATES)
        const hint = meant === null ? `states: ${STATES.join(', ')}` : `did you mean '${meant}'?`
        const path = typeof value === 'string' ? [] : [index]
        ctx.addIssue({ code: 'custom', message: `not a state: ${name}`, params: { hint }, path })
      } else if (!states.includes(state)) states.push(state)
    }
    if (names.length === 0) ctx.addIssue({ code: 'custom', message: 'expected at least one state' })
    return states
  })

/** A state that a run can end in. */
export const finishedStateField: z.ZodType<State, unknown> = z.string().transform((value, ctx) => {
  const state = STATES.find((one) => one === value)
  return state !== undefined && isFinished(state) ? state : refuse(ctx, `invalid target state: ${value}`)
})

/** Notes a problem of a value and ends its parsing. `params` as `problemsOf` reads them. */
export function refuse(ctx: z.RefinementCtx, message: string, hint?: string, code?: string): never {
  ctx.addIssue({ code: 'custom', message, params: { hint, code } })
  return z.NEVER
}

function numberOf(text: string): number | null {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text.trim()) ? Number(text) : null
}
