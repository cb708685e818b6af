/** Ops of frames (PROTOCOL.md). */
export const OP = {
  start: 1,
  command: 2,
  watch: 3,
  ready: 16,
  busy: 17,
  launched: 18,
  failed: 19,
  done: 20,
  gone: 21,
} as const

/** A monitor: with its start time (in ticks) it is one process for ever. */
export interface Monitor {
  readonly pid: number
  readonly start: bigint
}

/** A reply, taken apart. */
export type Reply =
  | { readonly op: 'ready'; readonly id: number; readonly pid: number }
  | { readonly op: 'busy'; readonly id: number }
  | { readonly op: 'launched' | 'gone'; readonly id: number; readonly monitor: Monitor }
  | {
      readonly op: 'failed'
      readonly id: number
      readonly stage: number
      readonly errno: number
      readonly text: string
    }
  | { readonly op: 'done'; readonly id: number; readonly errno: number }

export type FdAction =
  | { readonly fd: number; readonly kind: 'inherit' | 'close' | 'data' }
  | {
      readonly fd: number
      readonly kind: 'open'
      readonly flags: number
      readonly mode?: number
      readonly path: string
    }
  | { readonly fd: number; readonly kind: 'dup'; readonly from: number }
  | { readonly fd: number; readonly kind: 'capture'; readonly path: string }

/** What a start request can say. */
export interface Start {
  readonly id: string
  readonly argv: readonly string[]
  readonly file?: string
  readonly env?: readonly string[]
  readonly cwd?: string
  readonly umask?: number
  readonly fds?: readonly FdAction[]
  readonly journal: string
  readonly orphans?: 'keep' | 'kill'
  readonly only?: string
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

export function i32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}

export function frame(op: number, id: number, body: Uint8Array): Buffer {
  return Buffer.concat([u32(8 + body.length), Buffer.from([1, op, 0, 0]), u32(id), body])
}

export function field(tag: number, value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value)
  const head = Buffer.alloc(6)
  head.writeUInt16LE(tag)
  head.writeUInt32LE(bytes.length, 2)
  return Buffer.concat([head, bytes])
}

function fdField(action: FdAction): Buffer {
  const head = (kind: number, ...rest: Uint8Array[]) =>
    field(7, Buffer.concat([i32(action.fd), Buffer.from([kind]), ...rest]))
  switch (action.kind) {
    case 'inherit':
      return head(0)
    case 'close':
      return head(1)
    case 'open':
      return head(2, u32(action.flags), u32(action.mode ?? 0o666), Buffer.from(action.path))
    case 'dup':
      return head(3, i32(action.from))
    case 'capture':
      return head(4, Buffer.from(action.path))
    case 'data':
      return head(5)
  }
}

/** The fields of a start, one buffer each. */
export function startFields(start: Start): Buffer[] {
  return [
    field(1, start.id),
    field(2, start.file ?? start.argv[0] ?? ''),
    ...start.argv.map((item) => field(3, item)),
    ...(start.env ?? []).map((item) => field(4, item)),
    ...(start.cwd === undefined ? [] : [field(5, start.cwd)]),
    ...(start.umask === undefined ? [] : [field(6, u32(start.umask))]),
    ...(start.fds ?? []).map(fdField),
    field(8, start.journal),
    ...(start.orphans === undefined ? [] : [field(9, Buffer.from([start.orphans === 'keep' ? 0 : 1]))]),
    ...(start.only === undefined ? [] : [field(10, start.only)]),
  ]
}

export function monitorBytes(monitor: Monitor): Buffer {
  const start = Buffer.alloc(8)
  start.writeBigUInt64LE(monitor.start)
  return Buffer.concat([u32(monitor.pid), start])
}

/** The first reply in the bytes and how many bytes it takes, or null when it is not whole. */
export function readReply(bytes: Buffer): { readonly reply: Reply; readonly size: number } | null {
  if (bytes.length < 4) return null
  const size = 4 + bytes.readUInt32LE()
  if (bytes.length < size) return null
  if (bytes[4] !== 1 || bytes.readUInt16LE(6) !== 0) throw new Error(`not a reply: ${bytes.toString('hex', 0, size)}`)
  const id = bytes.readUInt32LE(8)
  const body = bytes.subarray(12, size)
  const monitor = () => ({ pid: body.readUInt32LE(), start: body.readBigUInt64LE(4) })
  switch (bytes[5]) {
    case OP.ready:
      return { reply: { op: 'ready', id, pid: body.readUInt32LE() }, size }
    case OP.busy:
      return { reply: { op: 'busy', id }, size }
    case OP.launched:
      return { reply: { op: 'launched', id, monitor: monitor() }, size }
    case OP.failed:
      return {
        reply: { op: 'failed', id, stage: body[0] ?? -1, errno: body.readInt32LE(1), text: body.toString('utf8', 5) },
        size,
      }
    case OP.done:
      return { reply: { op: 'done', id, errno: body.readInt32LE() }, size }
    case OP.gone:
      return { reply: { op: 'gone', id, monitor: monitor() }, size }
    default:
      throw new Error(`a reply of an unknown op: ${bytes[5]}`)
  }
}
