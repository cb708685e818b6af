import type { JsonObject } from '@apsis/core/json'
import { type Effect, reconcile, type Run, type RunInput } from '@apsis/core/run'
import { type Instant, parseInstant } from '@apsis/core/time'
import type { ProcResult } from '@apsis/wire/result'
import type { Runtimes } from './effects.ts'
import type { LiveRuns } from './live-runs.ts'
import type { AgentEvent } from './ports.ts'

/** What handling agent events needs. */
export interface AgentRunPorts {
  readonly live: LiveRuns
  readonly runtimes: Runtimes
  apply(run: Run, input: RunInput): void
  perform(run: Run, effects: readonly Effect[]): void
  now(): Instant
  /** An agent can take runs now. */
  available(): void
}

/** Turns what agents say into inputs of the runs that it is about. The agent is the source of truth about processes. */
export function agentEvent(event: AgentEvent, ports: AgentRunPorts): void {
  const { live } = ports
  switch (event.type) {
    case 'registered': {
      const held = new Set(event.procIds)
      for (const run of live.ofAgent(event.connId)) {
        const holds = 'handle' in run && run.handle !== null && held.has(run.handle.id)
        settle(run, holds, ports)
      }
      // What it holds and no live run has: of runs that ended, whose release did not arrive. Foreign procs are left alone.
      ports.available()
      return
    }
    case 'disconnected':
      for (const run of live.ofAgent(event.connId)) {
        // Whether a starting run was asked for in time is known when the agent is back: it says what it holds.
        if (run.state === 'starting')
          ports.apply(run, { type: 'note', message: 'agent not connected: it may not have been asked' })
        else ports.apply(run, { type: 'unreachable' })
      }
      return
    case 'gone':
      for (const run of live.ofAgent(event.connId)) ports.apply(run, lost(event.message))
      return
    case 'started':
      withRun(event.procId, ports, (run) =>
        ports.apply(run, {
          type: 'started',
          at: startOf(event.result, ports.now()),
          meta: metaOf(run, event.result, ports),
        }),
      )
      return
    case 'updated':
      withRun(event.procId, ports, (run) => {
        const meta = metaOf(run, event.result, ports)
        if (meta !== null) ports.apply(run, { type: 'progress', meta })
      })
      return
    case 'ended':
      withRun(event.procId, ports, (run) => ports.apply(run, endOf(run, event, ports)))
      return
    case 'refused':
      withRun(event.procId, ports, (run) => {
        // A refusal answers a start: of a run that is known to have started it is about something else.
        if (run.state === 'starting' || (run.state === 'stopping' && run.times.running === undefined)) {
          ports.apply(run, lost(`start refused by the agent: ${event.message}`))
        } else ports.apply(run, { type: 'note', message: `the agent says: ${event.message}` })
      })
      return
    case 'unknown':
      withRun(event.procId, ports, (run) => {
        if ('handle' in run && run.handle?.agent === event.connId) settle(run, false, ports)
      })
      return
    case 'failed':
      withRun(event.procId, ports, (run) => ports.apply(run, { type: 'note', message: event.message }))
      return
  }
}

function settle(run: Run, holds: boolean, ports: AgentRunPorts): void {
  const { inputs, effects } = reconcile(run, holds)
  ports.perform(run, effects)
  for (const input of inputs) ports.apply(run, input)
}

function withRun(procId: string, ports: AgentRunPorts, handle: (run: Run) => void): void {
  const run = ports.live.ofProc(procId)
  if (run !== undefined) handle(run)
}

function lost(message: string): RunInput {
  return { type: 'ended', outcome: 'error', message, startedAt: null, at: null, meta: null }
}

function endOf(
  run: Run,
  { result, heard }: { readonly result: ProcResult; readonly heard: Instant },
  ports: AgentRunPorts,
): RunInput {
  const runtime = 'bound' in run && run.bound !== null ? ports.runtimes.get(run.bound.program.type) : undefined
  if (runtime?.on !== 'agent' || !('bound' in run) || run.bound === null) {
    return lost('the program of this run is of a type unknown to this version')
  }
  const stop = run.state === 'stopping' ? { reason: run.stopping.reason } : null
  const { outcome, message } = runtime.outcome(run.bound.program, result, stop)
  const at = endOn(result, heard)
  // An exec error never ran: no start time, so that the run goes from starting straight to its end.
  const elapsed = result.times.elapsed * 1000
  const startedAt = result.state === 'error' ? null : at - elapsed
  return { type: 'ended', outcome, message, startedAt, at, elapsed, meta: metaOf(run, result, ports) }
}

function metaOf(run: Run, result: ProcResult, ports: AgentRunPorts): JsonObject | null {
  const runtime = 'bound' in run && run.bound !== null ? ports.runtimes.get(run.bound.program.type) : undefined
  return runtime?.on === 'agent' ? runtime.meta(result) : null
}

/**
 * When the process started and ended, on the clock of the server: an agent's clock may be off by minutes, and stop times and timeouts are the
 * server's. Between the two there are lengths of time only. The end counts from when its result came, not from when its output was durable.
 */
function startOf(result: ProcResult, now: Instant): Instant {
  return now - result.times.elapsed * 1000
}

function endOn({ times }: ProcResult, heard: Instant): Instant {
  const said = parseInstant(times.now)
  const stop = times.stop === null ? null : parseInstant(times.stop)
  if (!said.ok || stop === null || !stop.ok) return heard
  return heard - Math.max(0, said.value - stop.value)
}
