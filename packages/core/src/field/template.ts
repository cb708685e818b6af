import { z } from 'zod'
import { isTemplate, templateFault } from '../template/index.ts'
import { refuse, SCALAR_INPUT, scalarTextField, TEXT_INPUT, textField } from './scalar.ts'

/** A template: any scalar, made a text as Python's `str` makes it. A template that cannot be parsed is a problem of the job. */
export const templateField: z.ZodType<string, unknown> = scalarTextField
  .transform(parsable)
  .meta({ jsonSchema: SCALAR_INPUT, written: 'text or template' })

/** A template that has to be written as a text. */
export function templateTextField(name: string): z.ZodType<string, unknown> {
  return textField(name).transform(parsable).meta({ jsonSchema: TEXT_INPUT, written: 'text or template' })
}

/** A template that has to become something; where there is nothing to expand in it, it is checked at once. `written` names the something, `hint` says what
 * to write instead of what is none. */
export function checkedTemplate(
  written: string,
  fault: (text: string) => string | null,
  hint: (text: string) => string | null = () => null,
): z.ZodType<string, unknown> {
  return templateField
    .transform((text, ctx) => {
      const found = isTemplate(text) ? null : fault(text)
      return found === null ? text : refuse(ctx, found, hint(text) ?? undefined)
    })
    .meta({ jsonSchema: SCALAR_INPUT, written: `${written} or template` })
}

function parsable(text: string, ctx: z.RefinementCtx): string {
  const fault = templateFault(text)
  if (fault === null) return text
  ctx.addIssue({ code: 'custom', message: fault.message, params: { code: 'JOB_TEMPLATE', within: fault.at } })
  return z.NEVER
}
