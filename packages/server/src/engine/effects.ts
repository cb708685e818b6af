import type { Effect, Handle, Run, RunId, RunInput, TimerKey } from '@apsis/core/run'
import type { ProgramRuntime } from '@apsis/kinds/runtime'
import { lengthUntil, type Moment, presentMoment } from './moment.ts'
import type { Agents, Clock, Log } from './ports.ts'
import type { ServerPrograms } from './server-programs.ts'
import type { Timers } from './timers.ts'

/** The runtimes of programs by type. */
export type Runtimes = ReadonlyMap<string, ProgramRuntime>

/** What carrying out effects needs. */
export interface EffectPorts {
  readonly clock: Clock
  readonly timers: Timers
  readonly agents: Agents
  readonly programs: ServerPrograms
  readonly runtimes: Runtimes
  readonly log: Log
  /** The run as it is now, where the engine holds it. */
  run(id: RunId): Run | undefined
  input(id: RunId, input: RunInput): void
  due(id: RunId): void
  /** `decided`: when it began to wait, or was taken up. */
  evaluate(id: RunId, decided: Moment): void
  assign(run: Run): void
  /** The run waits for no agent: one was chosen. */
  unassign(id: RunId): void
  /** The run looks for no agent any more: one was asked, or the run is over. */
  settle(id: RunId): void
  /** Gives the bytes of the run's output that are durable, once they are read. */
  outputLength(id: RunId, then: (have: number) => void): void
}

/** Timers that wait for an instant on the wall clock. The others end a length of time, which is as long as it is however that clock is set. */
const INSTANTS: ReadonlySet<TimerKey> = new Set<TimerKey>(['due', 'hold', 'stop'])

/** Carries out one effect of a step, when the step is durable, or where it need not be yet (`Early`). Everything here may be repeated without harm. `decided`: when the step was made; absent: now. */
export function perform(
  run: Run,
  effect: Effect,
  ports: EffectPorts,
  decided: Moment = presentMoment(ports.clock),
): void {
  const { timers } = ports
  switch (effect.type) {
    case 'arm': {
      const { key } = effect
      // It has begun in the commit that made it: most that are asked for do, and a timer costs more than to look.
      if (key === 'due' && ports.run(run.id)?.state !== 'scheduled') return
      const fire = key === 'due' ? () => ports.due(run.id) : () => ports.input(run.id, { type: 'timer', key })
      if (INSTANTS.has(key)) timers.set(`${run.id}/${key}`, effect.at, fire)
      else timers.after(`${run.id}/${key}`, lengthUntil(effect.at, decided, ports.clock), fire)
      return
    }
    case 'disarm':
      timers.clear(`${run.id}/${effect.key}`)
      if (effect.key !== 'assign') return
      if (run.state === 'starting') ports.unassign(run.id)
      else ports.settle(run.id)
      return
    case 'evaluate':
      ports.evaluate(run.id, decided)
      return
    case 'assign':
      ports.assign(run)
      return
    case 'launch':
      launch(run, effect.again, ports)
      return
    case 'resume':
      resume(run, ports)
      return
    case 'stop':
    case 'signal':
      interrupt(run, effect, ports)
      return
    case 'release': {
      const handle = handleOf(run)
      if (handle?.agent) ports.agents.release(handle.agent, handle.id)
      return
    }
  }
}

function launch(run: Run, again: boolean, ports: EffectPorts): void {
  if (run.state !== 'starting') return
  const runtime = ports.runtimes.get(run.bound.program.type)
  if (runtime === undefined) {
    const message = `no program type ${run.bound.program.type} in this version`
    ports.input(run.id, { type: 'ended', outcome: 'error', message, startedAt: null, at: null, meta: null })
    return
  }
  if (runtime.on === 'server') {
    ports.programs.start(run, runtime)
    return
  }
  // A newer step may have stopped or ended it while this one became durable: then nothing may start.
  if (run.handle.agent === null) return
  if (ports.run(run.id)?.state !== 'starting') {
    ports.settle(run.id)
    return
  }
  const times = { scheduleTime: run.times.schedule ?? null }
  try {
    const spec = runtime.spec(run.bound.program, { id: run.id, jobId: run.jobId, args: run.args, ...times })
    const asked = ports.agents.start(run.handle.agent, run.handle.id, spec)
    // Only an agent that was never asked can be given up for another: else the run could start twice.
    if (!asked && !again) ports.input(run.id, { type: 'unassigned' })
    else ports.settle(run.id)
  } catch (error) {
    // Such as a command line that is longer than a request may be: it would be so at every try.
    const message = `cannot be started: ${error instanceof Error ? error.message : String(error)}`
    ports.input(run.id, { type: 'ended', outcome: 'error', message, startedAt: null, at: null, meta: null })
  }
}

function resume(run: Run, ports: EffectPorts): void {
  const handle = handleOf(run)
  if (handle === null) return
  const agent = handle.agent
  if (agent === null) {
    if (run.state !== 'running' && run.state !== 'stopping' && run.state !== 'starting') return
    const runtime = ports.runtimes.get(run.bound.program.type)
    if (runtime?.on === 'server') ports.programs.start(run, runtime)
    return
  }
  if (!ports.agents.connected(agent)) {
    ports.input(run.id, { type: 'unreachable' })
    return
  }
  ports.outputLength(run.id, (have) => ports.agents.resume(agent, handle.id, have))
}

function interrupt(run: Run, effect: Extract<Effect, { type: 'stop' | 'signal' }>, ports: EffectPorts): void {
  const handle = handleOf(run)
  if (handle === null) return
  if (handle.on === 'server') {
    if (effect.type === 'stop') ports.programs.stop(run)
    else ports.input(run.id, { type: 'note', message: 'the program takes no signals' })
    return
  }
  if (handle.agent === null) return
  if (effect.type === 'stop') ports.agents.stop(handle.agent, handle.id, effect.signum, effect.grace)
  else if (!ports.agents.signal(handle.agent, handle.id, effect.signum)) {
    ports.input(run.id, { type: 'note', message: 'the signal was not sent: the agent is not connected' })
  }
}

function handleOf(run: Run): Handle | null {
  return 'handle' in run ? run.handle : null
}
