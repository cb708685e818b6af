import { z } from 'zod'
import { numberField } from '../field/index.ts'

/** How much of a named resource a run takes while it is starting or running. */
export interface Claim {
  /** More than 0. */
  readonly amount: number
  /** False: no other run may hold any of it meanwhile. */
  readonly shared: boolean
}

/** Claims by the name of the resource. */
export type Claims = Readonly<Record<string, { readonly amount: number; readonly shared: boolean }>>

const amountField: z.ZodType<number, unknown> = numberField.refine((amount) => amount > 0, 'amount must be more than 0')

const claimField: z.ZodType<Claim, unknown> = z.unknown().transform((value, ctx) => {
  const whole = typeof value === 'object' && value !== null
  const parsed = whole ? claimObject.safeParse(value) : amountField.safeParse(value)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) ctx.addIssue({ ...issue })
    return z.NEVER
  }
  return typeof parsed.data === 'number' ? { amount: parsed.data, shared: true } : parsed.data
})

const claimObject = z.strictObject({
  amount: amountField.default(1).describe('How much of it; more than 0.'),
  shared: z.boolean().default(true).describe('Whether other runs may hold some of it at the same time.'),
})

/** `resources`: what a run takes of things that there is only so much of. */
export const resourcesField: z.ZodType<Claims, unknown> = z
  .record(z.string(), claimField)
  .nullable()
  .default(null)
  .transform((claims, ctx) => {
    const entries = Object.entries(claims ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
    if (entries[0]?.[0] === '') ctx.addIssue({ code: 'custom', message: 'a resource has a name', path: [''] })
    return Object.fromEntries(entries)
  })
  .meta({
    jsonSchema: {
      type: ['object', 'null'],
      additionalProperties: {
        anyOf: [
          { type: ['number', 'string'] },
          {
            type: 'object',
            properties: {
              amount: { type: ['number', 'string'], default: 1, description: 'How much of it; more than 0.' },
              shared: {
                type: 'boolean',
                default: true,
                description: 'Whether other runs may hold some of it at the same time.',
              },
            },
            additionalProperties: false,
          },
        ],
      },
    },
    written: 'mapping of names to amounts, or to `{amount, shared}`',
  })
