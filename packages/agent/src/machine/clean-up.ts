import { deleteUnasked } from './delete.ts'
import { SECOND } from './now.ts'
import type { Ended } from './proc.ts'
import type { Step } from './state.ts'

/** For how long, and how many of, what nobody deletes is kept. */
export interface Keeping {
  /** Seconds from a proc's end until it is deleted although nobody asked for that; Infinity: never. */
  readonly keepFor: number
  /** Bytes of captured output of ended procs; beyond, the oldest are deleted. Infinity: any number. */
  readonly diskBudget: number
}

/** Time between two looks. */
const EVERY = 60n * SECOND
/** An end is told and its output fetched within this time, or later; until then the budget waits. */
const FRESH = 60n * SECOND
/** Procs deleted in one look: a clock that is set forward must not cost everything at once. */
const MOST = 1_000

/** Deletes what was abandoned: ended procs that are too old, then the oldest of those whose output is beyond the budget. Looks once a minute. */
export function cleanUp(step: Step): void {
  const { state, now } = step
  const { keepFor, diskBudget } = state.config.keeping
  if (now.mono < state.nextCleanUp || (keepFor === Infinity && diskBudget === Infinity)) return
  state.nextCleanUp = now.mono + EVERY
  const ended = [...state.procs.values()]
    .flatMap((proc) => (proc.state === 'ended' && !proc.deleting ? [proc] : []))
    .sort((a, b) => (a.end.stop < b.end.stop ? -1 : Number(a.end.stop > b.end.stop)))
  let bytes = ended.reduce((sum, proc) => sum + outputOf(proc), 0)
  let count = 0
  for (const proc of ended.slice(0, MOST)) {
    const age = now.wall - proc.end.stop
    const old = keepFor !== Infinity && age > BigInt(Math.round(keepFor * 1e9))
    if (!old && !(bytes > diskBudget && age > FRESH)) continue
    bytes -= outputOf(proc)
    count++
    deleteUnasked(step, proc)
  }
  if (count > 0) {
    const text = `deleting ${count === 1 ? 'a proc' : `${count} procs`} that ended and that nobody took the result of`
    step.out.push({ do: 'warn', text: `${text}: kept for ${keepFor} s, ${diskBudget} bytes of output at most` })
  }
}

// Of one without lengths nothing is known, and most have none.
function outputOf(proc: Ended): number {
  let bytes = 0
  for (const { fd, action } of proc.fds) {
    if (action.kind !== 'capture' || action.path !== null) continue
    bytes += Math.min(proc.end.lengths?.get(fd) ?? 0, action.limit ?? Infinity)
  }
  return bytes
}
