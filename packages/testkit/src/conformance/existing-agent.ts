import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import { Arrivals } from '@apsis/agent/fixture'
import { isArray, isMap, map, type Plain, type PlainMap, textOf } from './plain.ts'
import { readPlain } from './read.ts'
import { requestFault } from './requests.ts'
import { writePlain } from './write.ts'

/** A proc as the fake has it: it runs nothing; a test says what it writes and how it ends. */
interface Proc {
  output: Buffer
  status: number | null
  errors: readonly string[]
}

/** A request as it came. */
export interface Requested {
  readonly type: string
  readonly message: PlainMap
  readonly bytes: Buffer
}

const START = '2026-01-02T03:04:05.123456789+00:00'

/**
 * An existing agent by its rules (spec/procstar.md 4.2 to 4.6, 10.1): it knows no extension, answers what it cannot decode with silence, sends
 * exactly two results for a proc, and drops connections without a close frame. What would make a real one panic or stay silent is kept in `faults`.
 */
export class ExistingAgent {
  readonly #url: string
  readonly #cert: string
  readonly #token: string
  readonly #procs = new Map<string, Proc>()
  #socket: WebSocket | null = null
  #registered = false
  readonly #faulted = Promise.withResolvers<never>()
  readonly connId: string
  /** What the server sent that existing agents do not bear. */
  readonly faults: string[] = []
  readonly requests: Arrivals<Requested> = new Arrivals<Requested>()
  /** Frames of the present connection, in order. */
  frames: Buffer[] = []
  readonly pongs: Arrivals<string> = new Arrivals<string>()
  readonly closes: Arrivals<number> = new Arrivals<number>()
  /** Says no to every start, with this text. */
  refusal: string | null = null

  constructor(options: {
    readonly port: number
    readonly cert: string
    readonly token: string
    readonly connId?: string
  }) {
    // Also where nobody waits.
    this.#faulted.promise.catch(() => {})
    this.#url = `wss://localhost:${options.port}/`
    this.#cert = options.cert
    this.#token = options.token
    this.connId = options.connId ?? randomUUID()
  }

  /** Connects, and sends its registration as the first frame, bytes as a Rust agent makes them. Resolves when the server has answered. */
  async connect(shutdownState = 'active'): Promise<void> {
    const socket = new WebSocket(this.#url, { ca: this.#cert, perMessageDeflate: false })
    this.#socket = socket
    this.#registered = false
    this.frames = []
    const registered = Promise.withResolvers<void>()
    socket.on('error', (error) => registered.reject(error))
    socket.on('pong', (data) => this.pongs.add(data.toString()))
    socket.on('close', (code) => {
      this.closes.add(code)
      registered.reject(new Error(`closed: ${code}`))
    })
    socket.on('message', (data, isBinary) => {
      const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)
      if (bytes.length > 16 << 20) this.#fault(`a frame of ${bytes.length} bytes`)
      if (isBinary) this.#frame(bytes, registered.resolve)
      else this.#fault('a text frame')
    })
    socket.on('open', () => {
      this.#send({
        type: 'Register',
        conn: map({ conn_id: this.connId, group_id: 'default', restricted_exe: null }),
        proc: map({
          pid: 4242,
          ppid: 1,
          uid: 1000,
          euid: 1000,
          username: 'me',
          gid: 100,
          egid: 100,
          groupname: null,
          hostname: 'host-of-old',
        }),
        proc_ids: [...this.#procs.keys()].sort(),
        access_token: this.#token,
        shutdown_state: shutdownState,
      })
    })
    await registered.promise
    socket.ping()
  }

  /** The first request of a type, of those after the first `skip`. */
  async request(type: string, skip = 0): Promise<PlainMap> {
    return (await this.bearing(this.requests.first((one) => one.type === type, skip))).message
  }

  /** What is waited for; rejects when the server sends what existing agents do not bear. */
  bearing<T>(waited: Promise<T>): Promise<T> {
    return Promise.race([waited, this.#faulted.promise])
  }

  /** Ids of procs that were started here. */
  get procIds(): readonly string[] {
    return [...this.#procs.keys()]
  }

  /** A proc writes, and nobody is told: existing agents push nothing. */
  write(id: string, text: string): void {
    const proc = this.#proc(id)
    proc.output = Buffer.concat([proc.output, Buffer.from(text)])
  }

  /** A proc ends with a raw wait status; the server is told, when it is connected. */
  end(id: string, status: number, errors: readonly string[] = []): void {
    Object.assign(this.#proc(id), { status, errors })
    this.#result(id)
  }

  shutDown(state: string): void {
    this.#send({ type: 'ShutDown', shutdown_state: state })
  }

  /** Sends bytes as they are. */
  raw(bytes: Buffer): void {
    this.#socket?.send(bytes)
  }

  /** Leaves as existing agents do: without a close frame. Resolves when the socket is gone. */
  async drop(): Promise<void> {
    const socket = this.#socket
    if (socket === null || socket.readyState === socket.CLOSED) return
    const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.terminate()
    await gone
  }

  #fault(what: string): void {
    this.faults.push(what)
    this.#faulted.reject(new Error(what))
  }

  #proc(id: string): Proc {
    const proc = this.#procs.get(id)
    if (proc === undefined) throw new Error(`no proc ${id}`)
    return proc
  }

  #send(message: Readonly<Record<string, Plain>>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(writePlain(map(message)))
  }

  #frame(bytes: Buffer, registered: () => void): void {
    this.frames.push(bytes)
    let message: Plain
    try {
      message = readPlain(bytes)
    } catch (error) {
      this.#fault(`unreadable: ${String(error)}`)
      return
    }
    const fault = requestFault(message)
    if (fault !== null || !isMap(message)) {
      // A real one logs it, and is silent.
      this.#fault(fault ?? 'no map')
      return
    }
    const type = textOf(message.get('type'))
    if (!this.#registered) {
      if (type !== 'Registered') this.#fault(`${type} before Registered`)
      this.#registered = true
      registered()
      return
    }
    this.#answer(type, message)
    this.requests.add({ type, message, bytes })
  }

  #answer(type: string, message: PlainMap): void {
    const id = message.get('proc_id')
    if (type === 'Registered') return this.#refuse(message, 'unexpected')
    if (type === 'ProcidListRequest')
      return this.#send({ type: 'ProcidList', proc_ids: [...this.#procs.keys()].sort() })
    if (type === 'ProcStartRequest') return this.#start(message)
    const proc = typeof id === 'string' ? this.#procs.get(id) : undefined
    if (proc === undefined || typeof id !== 'string') return this.#send({ type: 'ProcUnknown', proc_id: id ?? null })
    if (type === 'ProcResultRequest') return this.#result(id)
    if (type === 'ProcFdDataRequest') return this.#data(id, proc, message)
    if (type === 'ProcSignalRequest') {
      if (proc.status !== null) return this.#refuse(message, 'no process')
      return this.end(id, Number(message.get('signum')))
    }
    if (proc.status === null) return this.#refuse(message, `process running: ${id}`)
    this.#procs.delete(id)
    this.#send({ type: 'ProcDelete', proc_id: id })
  }

  #start(message: PlainMap): void {
    const specs = message.get('specs')
    if (!isMap(specs)) return
    const known = [...specs.keys()].find((id) => this.#procs.has(id))
    if (known !== undefined) return this.#refuse(message, `duplicate proc id: ${known}`)
    if (this.refusal !== null) return this.#refuse(message, this.refusal)
    for (const id of specs.keys()) {
      this.#procs.set(id, { output: Buffer.alloc(0), status: null, errors: [] })
      this.#result(id)
    }
  }

  #data(id: string, proc: Proc, message: PlainMap): void {
    const [from, asked] = [Number(message.get('start')), message.get('stop')]
    const stop = asked === null ? proc.output.length : Number(asked)
    const fd = textOf(message.get('fd'))
    if (fd !== 'stdout' && fd !== '1') return this.#refuse(message, `no fd: ${fd}`)
    if (from < 0 || stop < from || stop > proc.output.length) {
      this.#fault(`bytes ${from} to ${stop} of ${proc.output.length}: a real agent panics, or loses the output`)
      return
    }
    const data = new Uint8Array(proc.output.subarray(from, stop))
    this.#send({ type: 'ProcFdData', proc_id: id, fd, start: from, stop, encoding: null, data })
  }

  #refuse(message: PlainMap, err: string): void {
    const specs = message.get('specs')
    // As a real one re-encodes a start: what was not given is there, and the inheritance is in a form that it would refuse.
    const filled = isMap(specs)
      ? {
          specs: new Map(
            [...specs].map(([id]) => [
              id,
              map({ id: null, exe: null, argv: [], env: map({ inherit: 'All', vars: map({}) }) }),
            ]),
          ),
        }
      : {}
    this.#send({ type: 'RequestError', msg: new Map([...message, ...Object.entries(filled)]), err })
  }

  #result(id: string): void {
    const { output, status, errors } = this.#proc(id)
    const over = status !== null
    this.#send({
      type: 'ProcResult',
      proc_id: id,
      res: map({
        state: errors.length > 0 ? 'error' : over ? 'terminated' : 'running',
        errors,
        pid: 777,
        proc_stat: stat(over),
        proc_statm: over ? null : map({ size: 4096, resident: 4096, shared: 0, text: 0, data: 0 }),
        cgroup_accounting: null,
        times: map({ start: START, now: START, stop: over ? START : null, elapsed: { float: over ? 1.5 : 0 } }),
        status: status === null ? null : statusOf(status),
        rusage: over
          ? map({
              utime: { float: 0 },
              stime: { float: 0.25 },
              maxrss: 4096,
              minflt: 1,
              majflt: 0,
              nswap: 0,
              inblock: 0,
              oublock: 0,
              nvcsw: 1,
              nivcsw: 1,
            })
          : null,
        fds: map({ stderr: null, stdout: map({ type: 'detached', length: output.length, encoding: 'base64' }) }),
      }),
    })
  }
}

const NAMES: Readonly<Record<number, string>> = { 1: 'SIGHUP', 2: 'SIGINT', 9: 'SIGKILL', 15: 'SIGTERM' }

function statusOf(status: number): PlainMap {
  const signum = status & 0x7f
  return map({
    status,
    exit_code: signum === 0 ? status >> 8 : null,
    signum: signum === 0 ? null : signum,
    signal: NAMES[signum] ?? null,
    core_dump: false,
  })
}

/** A part of a stat line that is hard to read: an rsslim without a limit, a negative terminal group that is nil, names off by one. */
function stat(over: boolean): PlainMap {
  return map({
    pid: 777,
    comm: 'sh',
    state: over ? 'Z' : 'S',
    tty_nr: [0, 0],
    tpgid: null,
    utime: { float: 0 },
    starttime: START,
    vsize: 4096,
    rss: 4096,
    rsslim: 0xffff_ffff_ffff_ffffn,
    sigignore: ['SIGUSR2', '???'],
    exit_signal: 'SIGCHLD',
  })
}

/** The specs of a start request. */
export function specsOf(message: PlainMap): readonly (readonly [string, PlainMap])[] {
  const specs = message.get('specs')
  return isMap(specs) ? [...specs].flatMap(([id, spec]) => (isMap(spec) ? [[id, spec] as const] : [])) : []
}

/** The texts of an array. */
export function texts(value: Plain | undefined): readonly string[] {
  return isArray(value) ? value.map(textOf) : []
}
