import { CLOSE_CODES, type RunUpdate } from '@apsis/api/feed'
import { logLine, OUTPUT_CONTENT_TYPE, outputName, runMeta, runSummary } from '@apsis/api/json'
import { errorOutput, parseRunId, type Run, withoutEndedHold } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { WebSocket } from 'ws'
import { runLog } from '../http/handlers/runs.ts'
import type { History } from '../http/ports.ts'
import { messageOutput, outputsOf } from '../http/run-outputs.ts'
import type { FeedHub, RunChange } from './hub.ts'
import type { OutputGrowth } from './output-growth.ts'

export interface RunSocketPorts {
  readonly hub: FeedHub
  readonly growth: OutputGrowth
  readonly history: Pick<History, 'run' | 'meta' | 'log' | 'outputs'>
  readonly now: () => Instant
}

/** Bytes that may wait for a slow reader before it is closed; it connects again and begins anew. */
const MAX_WAITING = 1 << 20

/** Sends what changes of one run (spec/apsis.md 8.5); with `init`, first everything. Closes at once where there is no such run. */
export async function serveRunUpdates(
  socket: WebSocket,
  runIdText: string,
  init: boolean,
  ports: RunSocketPorts,
): Promise<void> {
  const id = parseRunId(runIdText)
  const send = (update: RunUpdate): void => {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount <= MAX_WAITING) return socket.send(JSON.stringify(update))
    ports.hub.dropped()
    socket.close(CLOSE_CODES.SLOW, 'slow reader: connect again')
  }
  // What happens while the first message is put together waits for it: it may repeat, but is never lost.
  let early: RunUpdate[] | null = []
  const update = (message: RunUpdate): void => {
    if (early === null) send(message)
    else early.push(message)
  }
  if (id === null) return socket.close(CLOSE_CODES.DONE)
  const endings = [
    ports.hub.watch(id, (change) => {
      if (change === null) socket.close(CLOSE_CODES.DONE)
      else updatesOf(change).forEach(update)
    }),
    ports.growth.watch(id, (outputId, length) => update({ outputs: outputsJson([{ outputId, length }]) })),
  ]
  socket.on('close', () => endings.forEach((end) => end()))
  const run = await ports.history.run(id)
  if (run === null) return socket.close(CLOSE_CODES.DONE)
  if (init) send(await everything(withoutEndedHold(run, ports.now()), ports.history))
  const waiting = early
  early = null
  waiting.forEach(send)
}

function updatesOf({ run, facts, meta }: RunChange): RunUpdate[] {
  const lines = facts.flatMap((fact): RunUpdate[] => {
    const line = logLine(run.id, fact.time, fact)
    return line === null ? [] : [{ run_log_append: line }]
  })
  // The run comes with its last line: who stops reading once it has finished has all of its log.
  const last = lines.at(-1) ?? {}
  const state = { run: runSummary(run), ...(meta === null ? {} : { meta: runMeta(run, meta) }) }
  const message = errorOutput(run)
  const outputs = message === null ? {} : { outputs: outputsJson([messageOutput(message)]) }
  return [...lines.slice(0, -1), { ...state, ...outputs, ...last }]
}

async function everything(run: Run, history: RunSocketPorts['history']): Promise<RunUpdate> {
  const [meta, log, outputs] = await Promise.all([
    history.meta(run.id),
    runLog(history, run),
    outputsOf(history, run.id),
  ])
  return {
    run: runSummary(run),
    meta: runMeta(run, meta),
    run_log: log,
    outputs: outputsJson(outputs),
  }
}

function outputsJson(outputs: readonly { readonly outputId: string; readonly length: number }[]) {
  return Object.fromEntries(
    outputs.map(({ outputId, length }) => [
      outputId,
      { name: outputName(outputId), length, content_type: OUTPUT_CONTENT_TYPE },
    ]),
  )
}
