import type { JsonObject } from '../json/index.ts'
import type { Effect, RunFact } from './input.ts'
import type { Rejection, RejectionCode } from './rejection.ts'
import type { Run } from './run.ts'

/** What a step makes of an input. When nothing changes, `run` is the very run that went in, and there is nothing to store. */
export interface Accepted {
  readonly ok: true
  readonly run: Run
  readonly facts: readonly RunFact[]
  readonly effects: readonly Effect[]
  /** New metadata (whole), or null when it stays. */
  readonly meta: JsonObject | null
}

export interface Refused {
  readonly ok: false
  readonly rejection: Rejection
}

export type StepResult = Accepted | Refused

/** The input changes nothing: it is late, or a repeat. `effects` are those that a repeat calls for all the same. */
export function ignored(run: Run, effects: readonly Effect[] = []): Accepted {
  return { ok: true, run, facts: [], effects, meta: null }
}

/** The input is refused, with a reason for whoever asked. */
export function refused(code: RejectionCode, message: string): Refused {
  return { ok: false, rejection: { code, message } }
}

/** The changed run, one version on. */
export function changed(
  run: Run,
  facts: readonly RunFact[],
  effects: readonly Effect[] = [],
  meta: JsonObject | null = null,
): Accepted {
  return {
    ok: true,
    run: { ...run, version: run.version + 1 },
    facts: meta === null ? facts : [...facts, { type: 'meta' }],
    effects,
    meta,
  }
}
