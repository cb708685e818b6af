/** Ops of frames (PROTOCOL.md). */
export const OP = {
  start: 1,
  command: 2,
  watch: 3,
  unpipe: 4,
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
  | { readonly fd: number; readonly kind: 'inherit' | 'close' }
  | { readonly fd: number; readonly kind: 'data'; readonly data?: Uint8Array | string }
  | { readonly fd: number; readonly kind: 'pipe'; readonly pipe: number; readonly side: 'read' | 'write' }
  | {
      readonly fd: number
      readonly kind: 'open'
      readonly flags: number
      readonly mode?: number
      readonly path: string
    }
  | { readonly fd: number; readonly kind: 'dup'; readonly from: number }
  | { readonly fd: number; readonly kind: 'capture'; readonly path: string }

/** What a capture is asked for beyond its file. */
export interface CaptureOptions {
  readonly fd: number
  readonly limit?: number
  readonly keep?: 'start' | 'end' | 'both'
  readonly times?: boolean
  readonly named?: boolean
}

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
  readonly orphans?: 'keep' | 'kill' | 'wait'
  /** Parents of the proc's cgroups, and `file=value`. */
  readonly cgroups?: readonly string[]
  readonly settings?: readonly string[]
  readonly timeout?: { readonly after: number; readonly signum: number; readonly grace: number }
  readonly perf?: boolean
  readonly only?: string
  readonly options?: readonly CaptureOptions[]
  readonly masks?: readonly (string | Uint8Array)[]
  /** Path of the file of times. */
  readonly times?: string
  /** By number of the resource: soft and hard, null for unlimited. */
  readonly limits?: Readonly<Record<number, readonly [number | null, number | null]>>
  readonly nice?: number
  readonly pdeath?: number
  /** Numbers of signals. */
  readonly signals?: { readonly ignored?: readonly number[]; readonly blocked?: readonly number[] }
  readonly credentials?: { readonly uid: number; readonly gid: number; readonly groups?: readonly number[] }
  readonly search?: boolean
  readonly keepInherited?: boolean
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

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}

const ALL_ONES = 2n ** 64n - 1n

function signalSet(numbers: readonly number[] = []): Buffer {
  return u64(numbers.reduce((set, signum) => set | (1n << BigInt(signum - 1)), 0n))
}

/** The fields of a start that say how the proc is set up. */
function setupFields({ limits = {}, nice, pdeath, signals, credentials, search, keepInherited }: Start): Buffer[] {
  const amount = (value: number | null) => u64(value === null ? ALL_ONES : BigInt(value))
  const ids = credentials && [credentials.uid, credentials.gid, ...(credentials.groups ?? [])].map(u32)
  return [
    ...Object.entries(limits).map(([resource, [soft, hard]]) =>
      field(11, Buffer.concat([Buffer.from([Number(resource)]), amount(soft), amount(hard)])),
    ),
    ...(nice === undefined ? [] : [field(12, i32(nice))]),
    ...(pdeath === undefined ? [] : [field(13, Buffer.from([pdeath]))]),
    ...(signals === undefined
      ? []
      : [field(14, Buffer.concat([signalSet(signals.ignored), signalSet(signals.blocked)]))]),
    ...(ids === undefined ? [] : [field(15, Buffer.concat(ids))]),
    ...(search === undefined ? [] : [field(16, Buffer.from([Number(search)]))]),
    ...(keepInherited === undefined ? [] : [field(17, Buffer.from([Number(keepInherited)]))]),
  ]
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
      return head(5, Buffer.from(action.data ?? ''))
    case 'pipe':
      return head(6, u32(action.pipe), Buffer.from([action.side === 'read' ? 0 : 1]))
  }
}

function optionsField({ fd, limit = 0, keep = 'start', times = false, named = false }: CaptureOptions): Buffer {
  const long = Buffer.alloc(8)
  long.writeBigUInt64LE(BigInt(limit))
  const flags = (times ? 1 : 0) | (named ? 2 : 0)
  return field(20, Buffer.concat([i32(fd), long, Buffer.from([['start', 'end', 'both'].indexOf(keep), flags])]))
}

/** The fields of a start that say what it runs in, and for how long. */
function treeFields({ cgroups = [], settings = [], timeout, perf }: Start): Buffer[] {
  return [
    ...cgroups.map((path) => field(30, path)),
    ...settings.map((text) => field(31, text)),
    ...(timeout === undefined
      ? []
      : [field(32, Buffer.concat([u32(timeout.after), Buffer.from([timeout.signum]), u32(timeout.grace)]))]),
    ...(perf === undefined ? [] : [field(34, Buffer.from([Number(perf)]))]),
  ]
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
    ...(start.orphans === undefined ? [] : [field(9, Buffer.from([['keep', 'kill', 'wait'].indexOf(start.orphans)]))]),
    ...(start.only === undefined ? [] : [field(10, start.only)]),
    ...(start.options ?? []).map(optionsField),
    ...(start.masks ?? []).map((text) => field(21, text)),
    ...(start.times === undefined ? [] : [field(22, start.times)]),
    ...setupFields(start),
    ...treeFields(start),
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
