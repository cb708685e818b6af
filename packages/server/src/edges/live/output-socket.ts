import { CLOSE_CODES, encodeOutputFrame } from '@apsis/api/feed'
import { OUTPUT_CONTENT_TYPE } from '@apsis/api/json'
import { isFinished, parseRunId, type RunId } from '@apsis/core/run'
import type { WebSocket } from 'ws'
import type { History } from '../http/ports.ts'
import { outputOf, outputsOf } from '../http/run-outputs.ts'
import type { FeedHub } from './hub.ts'
import type { OutputGrowth } from './output-growth.ts'
import { sent } from './sent.ts'

export interface OutputSocketPorts {
  readonly hub: FeedHub
  readonly growth: OutputGrowth
  readonly history: Pick<History, 'run' | 'outputs' | 'output'>
}

export interface OutputTarget {
  readonly runId: string
  readonly outputId: string
  /** First byte wanted; null: only what comes from now on. */
  readonly start: number | null
}

/** Bytes in one frame at most. */
const PIECE = 256 << 10

/**
 * Sends an output as it grows, and closes when its run has finished and all is sent (spec/apsis.md 8.5). The bytes come from the store, one
 * frame at a time: a slow reader makes nothing pile up.
 */
export async function serveOutput(socket: WebSocket, target: OutputTarget, ports: OutputSocketPorts): Promise<void> {
  const { hub, growth, history } = ports
  const id = parseRunId(target.runId)
  if (id === null) return socket.close(CLOSE_CODES.DONE)
  let finished = false
  let wake: () => void = () => {}
  let news = false
  const tell = (): void => {
    news = true
    wake()
  }
  const endings = [
    growth.watch(id, (outputId) => {
      if (outputId === target.outputId) tell()
    }),
    hub.watch(id, (change) => {
      finished = change === null || isFinished(change.run.state)
      tell()
    }),
  ]
  socket.on('close', () => {
    endings.forEach((end) => end())
    tell()
  })

  const run = await history.run(id)
  if (run === null) return socket.close(CLOSE_CODES.DONE)
  finished ||= isFinished(run.state)
  let position = target.start ?? (await lengthOf(history, id, target.outputId))
  while (socket.readyState === socket.OPEN) {
    news = false
    // Whether it has finished is asked before the length: all output is durable before the end of its run is.
    const last = finished
    const length = await lengthOf(history, id, target.outputId)
    while (position < length && socket.readyState === socket.OPEN) {
      const data = await outputOf(history, id, target.outputId, position, Math.min(length, position + PIECE))
      if (data === null || data.length === 0) break
      await sent(socket, encodeOutputFrame({ start: position, total: length, contentType: OUTPUT_CONTENT_TYPE, data }))
      position += data.length
    }
    if (last) return socket.close(CLOSE_CODES.DONE)
    if (!news) await new Promise<void>((resolve) => (wake = resolve))
  }
}

async function lengthOf(history: Pick<History, 'run' | 'outputs'>, id: RunId, outputId: string): Promise<number> {
  return (await outputsOf(history, id)).find((output) => output.outputId === outputId)?.length ?? 0
}
