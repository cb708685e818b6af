import { markRun, rerunRun, signalRun, skipRun, startRun, stopRun } from '@apsis/api/routes'
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

  register(app, startRun, ({ params }) => quietly(params.run_id, { type: 'start' }))
  register(app, skipRun, ({ params }) => quietly(params.run_id, { type: 'skip' }))
  register(app, markRun, ({ params }) => quietly(params.run_id, { type: 'mark', state: params.state }))
  register(app, signalRun, async ({ params }) => {
    const signum = parseSignal(params.signal)
    if (signum === null) {
      return failure('REQUEST_INVALID', `invalid signal: ${params.signal}`, [
        { in: 'path', path: 'signal', message: 'expected a number from 1 to 64, or a name such as SIGTERM or TERM' },
      ])
    }
    return quietly(params.run_id, { type: 'signal', signum, name: signalName(signum) })
  })
  register(app, stopRun, async ({ params }) => {
    const run = await operate(params.run_id, { type: 'stop' })
    return run.ok ? success(await runsJson(ports, [run.value], ports.now())) : run
  })
  register(app, rerunRun, async ({ params }) => {
    const id = parseRunId(params.run_id)
    if (id === null) return failure('RUN_UNKNOWN', `unknown run ${params.run_id}`)
    const reply = await ports.commands.rerun(id)
    if (!reply.ok) return rejected(reply.rejection)
    return success({ ...(await runsJson(ports, [reply.value], ports.now())), show_run_id: reply.value.id })
  })
}
