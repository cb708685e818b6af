import {
  CLOSE_CODES,
  decodeOutputFrame,
  type OutputFrame,
  outputUpdatesPath,
  type RunUpdate,
  runUpdateSchema,
  runUpdatesPath,
} from '../feed/index.ts'
import type { OpenSocket, Socket, Wait } from './socket.ts'

export interface FollowOptions {
  readonly open: OpenSocket
  readonly wait: Wait
  /** There is nothing more to come. */
  readonly onEnd: () => void
  /** The connection was lost; it will be made again. */
  readonly onLost?: () => void
  /** There is a connection, the first or another, as far as the opener of sockets tells it. */
  readonly onOpen?: () => void
}

/** Ends the following; nothing is called any more. */
export type StopFollowing = () => void

/** Milliseconds before a lost connection is made again. */
const RETRY = 1000

/** Follows one output from byte `start` on, through lost connections, until the run has finished. Each byte is given once. */
export function followOutput(
  target: { readonly runId: string; readonly outputId: string; readonly start: number },
  options: FollowOptions & { readonly onData: (data: Uint8Array, offset: number) => void },
): StopFollowing {
  let next = target.start
  return keepOpen(() => `${outputUpdatesPath(target.runId, target.outputId)}?start=${next}`, options, {
    text: () => true,
    bytes: (bytes) => {
      const frame = readFrame(bytes)
      if (frame === null) return false
      const { start, data } = frame
      const fresh = data.subarray(Math.max(0, next - start))
      if (fresh.length === 0) return true
      const offset = start + data.length - fresh.length
      next = start + data.length
      options.onData(fresh, offset)
      return true
    },
  })
}

/** Follows one run: first everything, then what changes. After a lost connection everything comes again. */
export function followRun(
  runId: string,
  options: FollowOptions & { readonly onUpdate: (update: RunUpdate) => void },
): StopFollowing {
  return keepOpen(() => `${runUpdatesPath(runId)}?init`, options, {
    text: (text) => {
      const update = readUpdate(text)
      if (update !== null) options.onUpdate(update)
      return update !== null
    },
    bytes: () => true,
  })
}

// What cannot be read comes from something that is no server of ours: null, and the connection is given up.
function readFrame(bytes: Uint8Array): OutputFrame | null {
  try {
    return decodeOutputFrame(bytes)
  } catch {
    return null
  }
}

function readUpdate(text: string): RunUpdate | null {
  try {
    return runUpdateSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

function keepOpen(
  path: () => string,
  options: FollowOptions,
  on: { readonly text: (text: string) => boolean; readonly bytes: (bytes: Uint8Array) => boolean },
): StopFollowing {
  let stopped = false
  let cancel: (() => void) | null = null
  let socket: Socket | null = null
  const connect = (): void => {
    let over = false
    const lost = (): void => {
      over = true
      options.onLost?.()
      cancel = options.wait(RETRY, connect)
    }
    const understood = (answer: () => boolean): void => {
      if (stopped || over || answer()) return
      socket?.close()
      lost()
    }
    socket = options.open(path(), {
      opened: () => {
        if (!stopped && !over) options.onOpen?.()
      },
      text: (text) => understood(() => on.text(text)),
      bytes: (bytes) => understood(() => on.bytes(bytes)),
      closed: (code) => {
        if (stopped || over) return
        if (code !== CLOSE_CODES.DONE) return lost()
        stopped = true
        options.onEnd()
      },
    })
  }
  connect()
  return () => {
    stopped = true
    cancel?.()
    socket?.close()
  }
}
