import { ask, lose, NOT_STARTED } from './life.ts'
import { chainsOf } from './pipes.ts'
import { unsupported } from './plan.ts'
import type { Asked, Recording } from './proc.ts'
import type { Step } from './state.ts'

/** Asks for procs of one request, those that pipes connect one right after the other; or leaves that for when there is a launcher. */
export function askTogether(step: Step, procs: readonly (Recording | Asked)[]): void {
  if (!step.state.launcherReady) {
    for (const proc of procs) ask(step, proc)
    return
  }
  for (const { members, isWhole, pipes } of chainsOf(procs, () => nextPipe(step))) {
    for (const proc of members) {
      if (isWhole) ask(step, proc, pipes.get(proc.id))
      else lose(step, proc, 'lost: a proc that it has a pipe with was started without it', NOT_STARTED)
    }
  }
}

/**
 * Asks again for what has no start: a launcher that is gone took the pipes between its procs along, so those of one request are asked for
 * together with new ones; where another end was started already, they are lost.
 */
export function askAgain(step: Step, procs: readonly Asked[]): void {
  const batches = Map.groupBy(procs, ({ id, batch, place }) =>
    batch === null ? `alone ${id}` : `${place.segment} ${batch}`,
  )
  for (const batch of batches.values()) {
    const problem = batch.map(({ id, spec }) => unsupported(id, spec, step.state.config)).find((text) => text !== null)
    // What was asked for may be beyond the agent of now: of another version, or on a host that was set up anew.
    if (problem === undefined || problem === null) askTogether(step, batch)
    else for (const proc of batch) lose(step, proc, `lost: ${problem}`, NOT_STARTED)
  }
}

function nextPipe(step: Step): number {
  const pipe = step.state.nextPipe
  // The launcher counts in 32 bits; by then the first ones are long over.
  step.state.nextPipe = pipe === 0xffff_ffff ? 1 : pipe + 1
  return pipe
}
