import { closest } from '@apsis/core/document'
import { checkedTemplate, durationHint, parseSignal, SIGNALS } from '@apsis/core/field'
import { type Duration, parseDuration } from '@apsis/core/time'
import type { z } from 'zod'

export { templateField, templateTextField } from '@apsis/core/field'

/** A template of a duration. */
export const durationTemplate: z.ZodType<string, unknown> = checkedTemplate(
  'duration',
  (text) => {
    const duration = parseDurationText(text)
    return duration.ok ? null : duration.message
  },
  (text) => (parseDuration(text).ok ? null : durationHint(text)),
)

/** A template of a signal. */
export const signalTemplate: z.ZodType<string, unknown> = checkedTemplate(
  'signal',
  (text) => {
    const signal = parseSignalText(text)
    return signal.ok ? null : signal.message
  },
  signalHint,
)

function signalHint(text: string): string {
  const names = Object.keys(SIGNALS).map((name) => name.slice('SIG'.length))
  const meant = closest(text.replace(/^SIG/i, ''), names)
  return meant === null ? 'as SIGTERM, TERM or 15' : `did you mean 'SIG${meant}'?`
}

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
