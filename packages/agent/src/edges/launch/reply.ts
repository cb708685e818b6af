import type { Monitor } from '../../machine/index.ts'
import { FRAME_MAX } from './frame.ts'

/** What the launcher says (launcher/PROTOCOL.md). `request` is the id of the request that it answers. */
export type Reply =
  | { readonly op: 'ready' }
  | { readonly op: 'busy' }
  | { readonly op: 'launched'; readonly request: number; readonly monitor: Monitor }
  | {
      readonly op: 'failed'
      readonly request: number
      readonly stage: string
      readonly errno: number
      readonly text: string
    }
  | { readonly op: 'done'; readonly request: number; readonly errno: number }
  | { readonly op: 'gone'; readonly monitor: Monitor }

const HEADER = 12
const STAGES = ['request', 'journal', 'fork', 'pipe']

/** Cuts the launcher's bytes into replies. */
export class ReplyReader {
  #rest: Buffer = Buffer.alloc(0)

  /** The replies that are whole now. Throws for bytes that are no reply: the launcher is of another version or broken. */
  read(bytes: Uint8Array): readonly Reply[] {
    const replies: Reply[] = []
    let rest =
      this.#rest.length === 0
        ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
        : Buffer.concat([this.#rest, bytes])
    while (rest.length >= 4) {
      const length = rest.readUInt32LE()
      if (length < HEADER - 4 || length > FRAME_MAX) throw new Error(`the launcher sent a frame of ${length} bytes`)
      if (rest.length < 4 + length) break
      replies.push(parse(rest.subarray(0, 4 + length)))
      rest = rest.subarray(4 + length)
    }
    this.#rest = Buffer.from(rest)
    return replies
  }
}

function parse(frame: Buffer): Reply {
  const version = frame.readUInt8(4)
  const op = frame.readUInt8(5)
  if (version !== 1) throw new Error(`the launcher speaks version ${version}; expected 1`)
  const request = frame.readUInt32LE(8)
  const body = frame.subarray(HEADER)
  switch (op) {
    case 16:
      return { op: 'ready' }
    case 17:
      return { op: 'busy' }
    case 18:
      return { op: 'launched', request, monitor: monitor(body) }
    case 19: {
      const stage = STAGES[body.readUInt8()] ?? 'request'
      return { op: 'failed', request, stage, errno: body.readInt32LE(1), text: body.toString('utf8', 5) }
    }
    case 20:
      return { op: 'done', request, errno: body.readInt32LE() }
    case 21:
      return { op: 'gone', monitor: monitor(body) }
    default:
      throw new Error(`the launcher sent a frame of an unknown kind: ${op}`)
  }
}

function monitor(body: Buffer): Monitor {
  return { pid: body.readUInt32LE(), start: Number(body.readBigUInt64LE(4)) }
}
