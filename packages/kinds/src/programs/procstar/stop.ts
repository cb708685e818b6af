import { signalName } from '@apsis/core/field'
import type { JsonObject } from '@apsis/core/json'
import type { BoundProgram, StopPolicy } from '@apsis/core/run'
import { type BindScope, expand, type Expanded, inField } from '@apsis/core/template'
import { z } from 'zod'
import { durationTemplate, parseDurationText, parseSignalText, signalTemplate } from '../../template/index.ts'

const SIGTERM = 15
const GRACE_SECONDS = 60

/** How a process is stopped. Templates; `grace_period` null: never killed. */
export interface StopTemplates {
  readonly signal: string
  readonly grace_period: string | null
}

/** For how long a process may run, and the signal that it then gets. Templates. */
export interface TimeoutTemplates {
  readonly duration: string
  readonly signal: string
}

export const stopSchema: z.ZodType<StopTemplates, unknown> = z.strictObject({
  signal: signalTemplate.default('SIGTERM').describe('The signal that it gets, by name or number.'),
  grace_period: durationTemplate
    .nullable()
    .default(String(GRACE_SECONDS))
    .describe('How long after that it is killed; null: never.'),
})

export const timeoutSchema: z.ZodType<TimeoutTemplates, unknown> = z.strictObject({
  duration: durationTemplate.describe('How long after its start it gets the signal.'),
  signal: signalTemplate.default('SIGTERM').describe('The signal that it gets then, by name or number.'),
})

/** The normal form of `stop`: only what is not the default. */
export function stopJson(stop: StopTemplates): JsonObject {
  return {
    ...(stop.signal === 'SIGTERM' ? {} : { signal: stop.signal }),
    ...(stop.grace_period === String(GRACE_SECONDS) ? {} : { grace_period: stop.grace_period }),
  }
}

/** Expands `stop`; without one, SIGTERM and a minute's grace. */
export function bindStop(stop: StopTemplates, scope: BindScope): Expanded<StopPolicy> {
  const signal = inField(then(expand(stop.signal, scope), parseSignalText), 'stop', 'signal')
  if (!signal.ok) return signal
  if (stop.grace_period === null) return { ok: true, value: { signal: signal.value, grace: null } }
  const grace = inField(then(expand(stop.grace_period, scope), parseDurationText), 'stop', 'grace_period')
  return grace.ok ? { ok: true, value: { signal: signal.value, grace: grace.value } } : grace
}

/** Expands `timeout`. */
export function bindTimeout(timeout: TimeoutTemplates | null, scope: BindScope): Expanded<BoundProgram['timeout']> {
  if (timeout === null) return { ok: true, value: null }
  const duration = inField(then(expand(timeout.duration, scope), parseDurationText), 'timeout', 'duration')
  if (!duration.ok) return duration
  const signal = inField(then(expand(timeout.signal, scope), parseSignalText), 'timeout', 'signal')
  return signal.ok ? { ok: true, value: { duration: duration.value, signal: signal.value } } : signal
}

/** The bound `stop` and `timeout` as the API shows them: signal of `stop` a number, that of `timeout` a name; seconds. */
export function boundTimesJson(stop: StopPolicy, timeout: BoundProgram['timeout']): JsonObject {
  const grace = stop.grace === null ? null : stop.grace / 1000
  const shown = {
    ...(stop.signal === SIGTERM ? {} : { signal: stop.signal }),
    ...(grace === GRACE_SECONDS ? {} : { grace_period: grace }),
  }
  return {
    ...(Object.keys(shown).length === 0 ? {} : { stop: shown }),
    ...(timeout === null ? {} : { timeout: { duration: timeout.duration / 1000, signal: signalName(timeout.signal) } }),
  }
}

function then<A, B>(expanded: Expanded<A>, next: (value: A) => Expanded<B>): Expanded<B> {
  return expanded.ok ? next(expanded.value) : expanded
}
