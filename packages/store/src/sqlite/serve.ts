import { type MessagePort, parentPort, receiveMessageOnPort, type Transferable } from 'node:worker_threads'
import { type Failure, failureOf } from './failure.ts'
import type { Answers, Ask, Methods } from './protocol.ts'

/** Gives the answer to a request: a value, or a failure. */
export type Answer = (id: number, value: unknown, failure: Failure | null) => void

/** Most requests that are looked at together. */
const TOGETHER = 1_000

/**
 * Serves the thread that started this one until it asks to close. `take` answers the first of the requests that wait, or the
 * first few together, and says how many. What comes while it works is among those that it sees next.
 */
export function serve<M extends Methods<M>>(take: (asks: readonly Ask<M>[], answer: Answer) => number): void {
  const port = parentPort
  if (port === null) throw new Error('not in a worker thread')
  port.on('message', (first: Ask<M>) => {
    const asks: Ask<M>[] = [first]
    while (asks.length > 0) {
      receive(port, asks)
      const answers: [number, unknown, Failure | null][] = []
      const taken = asks.splice(
        0,
        take(asks, (id, value, failure) => answers.push([id, value, failure])),
      )
      const sent: Answers = answers
      port.postMessage(sent, transferable(answers))
      if (taken.some((ask) => ask.method === 'close')) {
        port.close()
        return
      }
    }
  })
}

/** Calls, and answers with what that returns or throws. `path` gives the file that failures are said of. */
export function answerWith(id: number, path: () => string, call: () => unknown, answer: Answer): void {
  try {
    answer(id, call(), null)
  } catch (error) {
    answer(id, null, failureOf(error, path()))
  }
}

function receive<M extends Methods<M>>(port: MessagePort, asks: Ask<M>[]): void {
  while (asks.length < TOGETHER) {
    const received: { message: Ask<M> } | undefined = receiveMessageOnPort(port)
    if (received === undefined) return
    asks.push(received.message)
  }
}

// Bytes of output are handed over, not copied: they are made for one answer.
function transferable(answers: Answers): Transferable[] {
  const buffers: Transferable[] = []
  for (const [, value] of answers) {
    if (value instanceof Uint8Array && value.buffer instanceof ArrayBuffer) buffers.push(value.buffer)
  }
  return buffers
}
