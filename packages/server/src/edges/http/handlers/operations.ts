import { parseTime } from '@apsis/api/json'
import {
  holdRun,
  markRun,
  moveRun,
  releaseRun,
  rerunRun,
  signalRun,
  skipRun,
  startRun,
  stopRun,
} from '@apsis/api/routes'
import { parseSignal, signalName } from '@apsis/core/field'
import { parseRunId, type Run } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { FastifyInstance } from 'fastify'
import type { Operation } from '../../../engine/index.ts'
import { failure, type Outcome, rejected, success } from '../outcome.ts'
import type { RunCommands } from '../ports.ts'
import { register } from '../register.ts'
import { type RunJsonPorts, runsJson } from '../runs-json.ts'

export interface OperationPorts extends RunJsonPorts {
  readonly commands: Pick<RunCommands, 'operate' | 'rerun'>
  readonly now: () => Instant
}

/** Serves the routes that do something with a run. */
export function serveOperations(app: FastifyInstance, ports: OperationPorts): void {
  const operate = async (runId: string, operation: Operation): Promise<Outcome<Run>> => {
    const id = parseRunId(runId)
    if (id === null) return failure('RUN_UNKNOWN', `unknown run ${runId}`)
    const reply = await ports.commands.operate(id, operation)
    return reply.ok ? success(reply.value) : rejected(reply.rejection)
  }
  const quietly = async (runId: string, operation: Operation): Promise<Outcome<Readonly<Record<string, never>>>> => {
    const run = await operate(runId, operation)
    return run.ok ? success({}) : run
  }

  register(app, startRun, ({ params, body }) => quietly(params.run_id, { type: 'start', ...body }))
  register(app, skipRun, ({ params, body }) => quietly(params.run_id, { type: 'skip', ...body }))
  register(app, markRun, ({ params, body }) => quietly(params.run_id, { type: 'mark', state: params.state, ...body }))
  register(app, holdRun, ({ params, body: { until = null, reason = null } }) =>
    quietly(params.run_id, { type: 'hold', until: until === null ? null : parseTime(until), reason }),
  )
  register(app, releaseRun, ({ params, body }) => quietly(params.run_id, { type: 'release', ...body }))
  register(app, moveRun, async ({ params, body: { time, reason = null } }) => {
    const at = parseTime(time)
    // The route takes nothing but times: this is for the types.
    if (at === null) return failure('REQUEST_INVALID', `not a time: ${time}`)
    return quietly(params.run_id, { type: 'move', time: at, reason })
  })
  register(app, signalRun, async ({ params, body }) => {
    const signum = parseSignal(params.signal)
    if (signum === null) {
      return failure('REQUEST_INVALID', `invalid signal: ${params.signal}`, [
        { in: 'path', path: 'signal', message: 'expected a number from 1 to 64, or a name such as SIGTERM or TERM' },
      ])
    }
    return quietly(params.run_id, { type: 'signal', signum, name: signalName(signum), ...body })
  })
  register(app, stopRun, async ({ params, body }) => {
    const run = await operate(params.run_id, { type: 'stop', ...body })
    return run.ok ? success(await runsJson(ports, [run.value], ports.now())) : run
  })
  register(app, rerunRun, async ({ params, body: { reason = null } }) => {
    const id = parseRunId(params.run_id)
    if (id === null) return failure('RUN_UNKNOWN', `unknown run ${params.run_id}`)
    const reply = await ports.commands.rerun(id, reason)
    if (!reply.ok) return rejected(reply.rejection)
    return success({ ...(await runsJson(ports, [reply.value], ports.now())), show_run_id: reply.value.id })
  })
}
