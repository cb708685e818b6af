import type { ServerProgramRuntime } from '../../runtime/types.ts'

const OUTCOMES = {
  true: { outcome: 'success', message: null },
  false: { outcome: 'failure', message: 'failed' },
  null: { outcome: 'error', message: 'error' },
} as const

/** Does nothing, for as long as it says. After a restart, what remains is counted from the stored start. */
export const noOpRuntime: ServerProgramRuntime = {
  on: 'server',
  start(bound, { now, startedAt }) {
    const { duration, success } = bound.spec
    const endsAt = typeof duration === 'number' ? (startedAt ?? now) + duration * 1000 : null
    const key = success === false ? 'false' : success === null ? 'null' : 'true'
    return { endsAt, ...OUTCOMES[key] }
  },
}
