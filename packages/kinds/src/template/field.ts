import { parseSignal, refuse, scalarTextField, textField } from '@apsis/core/field'
import { isTemplate, templateFault } from '@apsis/core/template'
import { type Duration, parseDuration } from '@apsis/core/time'
import type { z } from 'zod'

/** A template: any scalar, made a text as Python's `str` makes it. A template that cannot be parsed is a problem of the job. */
export const templateField: z.ZodType<string, unknown> = scalarTextField.transform(parsable)

/** A template that has to be written as a text. */
export function templateTextField(name: string): z.ZodType<string, unknown> {
  return textField(name).transform(parsable)
}

function parsable(text: string, ctx: z.RefinementCtx): string {
  const fault = templateFault(text)
  if (fault === null) return text
  const place =
    fault.at === undefined ? undefined : `at line ${fault.at.line}, column ${fault.at.column} of the template`
  return refuse(ctx, fault.message, place, 'JOB_TEMPLATE')
}

/** A template that has to become something; where there is nothing to expand in it, it is checked at once. */
function checkedTemplate(fault: (text: string) => string | null): z.ZodType<string, unknown> {
  return templateField.transform((text, ctx) => {
    const found = isTemplate(text) ? null : fault(text)
    return found === null ? text : refuse(ctx, found)
  })
}

/** A template of a duration. */
export const durationTemplate: z.ZodType<string, unknown> = checkedTemplate((text) => {
  const duration = parseDurationText(text)
  return duration.ok ? null : duration.message
})

/** A template of a signal. */
export const signalTemplate: z.ZodType<string, unknown> = checkedTemplate((text) => {
  const signal = parseSignalText(text)
  return signal.ok ? null : signal.message
})

type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string }

/** A duration that is not negative, in ms. */
export function parseDurationText(text: string): Parsed<Duration> {
  const parsed = parseDuration(text)
  if (!parsed.ok) return parsed
  return parsed.value >= 0 ? parsed : { ok: false, message: `negative duration: ${text}` }
}

/** A signal's number. */
export function parseSignalText(text: string): Parsed<number> {
  const value = parseSignal(text)
  return value === null ? { ok: false, message: `not a signal: ${text}` } : { ok: true, value }
}
