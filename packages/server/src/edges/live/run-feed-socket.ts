import { setTimeout as pause } from 'node:timers/promises'
import { CLOSE_CODES, encodeOutputFrame, type RunFeedMessage } from '@apsis/api/feed'
import { formatTime, logLine, OUTPUT_CONTENT_TYPE, outputName, runMeta, runSummary } from '@apsis/api/json'
import { isFinished, parseRunId, type RunId, withoutEndedHold } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { WebSocket } from 'ws'
import type { History } from '../http/ports.ts'
import { outputOf, outputsOf } from '../http/run-outputs.ts'
import type { FeedHub } from './hub.ts'
import type { OutputGrowth } from './output-growth.ts'
import { sent } from './sent.ts'

export interface RunFeedPorts {
  readonly hub: FeedHub
  readonly growth: OutputGrowth
  readonly history: Pick<History, 'run' | 'meta' | 'log' | 'outputs' | 'output'>
  readonly version: string
  readonly now: () => Instant
}

/** What a reader has, and wants. */
export interface RunFeedTarget {
  readonly runId: string
  /** Number of the last log line that it has. */
  readonly since: number
  /** First byte wanted of each output that is wanted. */
  readonly outputs: ReadonlyMap<string, number>
}

/** Bytes of output in one frame at most. */
const PIECE = 256 << 10
/** Messages in one frame at most. */
const FRAME = 256
/** Small changes are gathered for this long, ms. */
const GATHER = 25

/**
 * Sends all there is of one run, and what changes of it: state, log, metadata, outputs by range. Everything comes from the store, and the next frame is made when
 * the socket has taken the last: nothing piles up for a slow reader, which merely gets fewer and larger steps. Closes with `DONE` where there is no such run.
 */
export async function serveRunFeed(socket: WebSocket, target: RunFeedTarget, ports: RunFeedPorts): Promise<void> {
  const { hub, growth, history } = ports
  const id = parseRunId(target.runId)
  if (id === null) return socket.close(CLOSE_CODES.DONE)
  const news = new News()
  const endings = [hub.watch(id, () => news.tell(true)), growth.watch(id, () => news.tell(false))]
  socket.on('close', () => {
    endings.forEach((end) => end())
    news.tell(false)
  })
  if ((await history.run(id)) === null) return socket.close(CLOSE_CODES.DONE)
  const view = new RunView(id, target.since, history, ports.now)
  const positions = new Map(target.outputs)
  const time = formatTime(ports.now())
  await sent(socket, JSON.stringify([{ type: 'hello', seq: target.since, time, version: ports.version }]))
  while (socket.readyState === socket.OPEN) {
    const messages = await view.changes(news.take())
    if (messages === null) return socket.close(CLOSE_CODES.DONE)
    for (let at = 0; at < messages.length && socket.readyState === socket.OPEN; at += FRAME) {
      await sent(socket, JSON.stringify(messages.slice(at, at + FRAME)))
    }
    for (const [outputId, total] of view.lengths) {
      for (let start = positions.get(outputId) ?? total; start < total && socket.readyState === socket.OPEN; ) {
        const data = await outputOf(history, id, outputId, start, Math.min(total, start + PIECE))
        if (data === null || data.length === 0) break
        await sent(socket, encodeOutputFrame({ start, total, contentType: OUTPUT_CONTENT_TYPE, data, outputId }))
        start += data.length
        positions.set(outputId, start)
      }
    }
    const end = view.end()
    if (end !== null) await sent(socket, JSON.stringify([end]))
    await news.wait()
    await pause(GATHER)
  }
}

/** Whether something happened that was not looked at yet; and whether to the run, or just to its outputs. */
class News {
  #any = false
  #run = true
  #wake: () => void = () => {}

  tell(run: boolean): void {
    this.#any = true
    this.#run ||= run
    this.#wake()
  }

  take(): boolean {
    const run = this.#run
    this.#any = false
    this.#run = false
    return run
  }

  async wait(): Promise<void> {
    if (!this.#any) await new Promise<void>((resolve) => (this.#wake = resolve))
  }
}

/** What one reader was told of a run. */
class RunView {
  readonly #id: RunId
  readonly #history: RunFeedPorts['history']
  readonly #now: () => Instant
  #seq: number
  #run = ''
  #meta = ''
  #finished = false
  #ended = false
  readonly lengths: Map<string, number> = new Map<string, number>()

  constructor(id: RunId, since: number, history: RunFeedPorts['history'], now: () => Instant) {
    this.#id = id
    this.#seq = since
    this.#history = history
    this.#now = now
  }

  /** What is new; null where the run is gone. `all`: not its outputs alone. */
  async changes(all: boolean): Promise<readonly RunFeedMessage[] | null> {
    const messages = all ? await this.#ofRun() : []
    // After the run: all output is durable before the end of its run is.
    for (const { outputId, length } of await outputsOf(this.#history, this.#id)) {
      if (this.lengths.get(outputId) === length) continue
      this.lengths.set(outputId, length)
      const name = outputName(outputId)
      messages?.push({ type: 'output', output_id: outputId, name, length, content_type: OUTPUT_CONTENT_TYPE })
    }
    return messages
  }

  /** That it has finished, once. */
  end(): RunFeedMessage | null {
    if (!this.#finished || this.#ended) return null
    this.#ended = true
    return { type: 'end', seq: this.#seq }
  }

  async #ofRun(): Promise<RunFeedMessage[] | null> {
    const run = await this.#history.run(this.#id)
    if (run === null) return null
    const [meta, log] = await Promise.all([this.#history.meta(this.#id), this.#history.log(this.#id)])
    const messages: RunFeedMessage[] = []
    for (const { seq, time, fact } of log) {
      if (seq <= this.#seq || (fact.type !== 'state' && fact.type !== 'log')) continue
      this.#seq = seq
      const line = logLine(this.#id, time, fact)
      if (line !== null) messages.push({ type: 'log', seq, line })
    }
    const summary: RunFeedMessage = { type: 'run', run: runSummary(withoutEndedHold(run, this.#now())) }
    const data: RunFeedMessage = { type: 'meta', meta: runMeta(run, meta) }
    const [runText, metaText] = [JSON.stringify(summary), JSON.stringify(data)]
    if (runText !== this.#run) messages.push(summary)
    if (metaText !== this.#meta) messages.push(data)
    this.#run = runText
    this.#meta = metaText
    this.#finished = isFinished(run.state)
    return messages
  }
}
