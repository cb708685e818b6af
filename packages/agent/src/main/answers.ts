import type { AgentMessage } from '@apsis/wire/message'
import type { ProcResult } from '@apsis/wire/result'
import { gather, readClocks } from '../edges/host/index.ts'
import { emptyFdData, fdDataHead, LONGEST_FD_DATA } from '../edges/socket/fd-data.ts'
import type { Connection, Outgoing } from '../edges/socket/index.ts'
import { errorText, outputLength, readOutput } from '../edges/spool/index.ts'
import {
  droppedIn,
  type HostUnits,
  type Instruction,
  type OutputFile,
  fileOf,
  type Proc,
  resultOf,
} from '../machine/index.ts'
import { type Stretch, stretches, stretchLength } from './output-parts.ts'

/** What answers are made of. */
export interface AnswerSources {
  readonly units: HostUnits
  readonly pathOf: (file: OutputFile) => string
}

type SendFdData = Extract<Instruction, { readonly do: 'sendFdData' }>

/** Bytes read, and sent as one piece, at a time. */
const PIECE = 256 * 1024
/** Most bytes for a server of ours, which asks for the rest; an existing one counts on getting all. */
const LONGEST_ANSWER = 16 * 1024 * 1024

/** The result of a proc as it was, with what the host says now; `brief`: not of what a running one uses. */
export async function resultMessage(proc: Proc, sources: AnswerSources, brief: boolean = false): Promise<AgentMessage> {
  return { type: 'ProcResult', proc_id: proc.id, res: await resultNow(proc, sources, brief) }
}

async function resultNow(proc: Proc, { units, pathOf }: AnswerSources, brief: boolean): Promise<ProcResult> {
  const gathered = await gather(proc, (fd) => fileOf(proc, fd), pathOf, brief)
  return resultOf(proc, gathered, readClocks(), units)
}

/** The same for somebody on this host; without `text`, outputs that are attached show as detached ones do. */
export function localResult(proc: Proc, text: boolean, sources: AnswerSources): Promise<ProcResult> {
  return resultNow(text ? proc : { ...proc, fds: proc.fds.map(detached) }, sources, false)
}

function detached(entry: Proc['fds'][number]): Proc['fds'][number] {
  return entry.action.kind === 'capture' ? { ...entry, action: { ...entry.action, attached: false } } : entry
}

/** The range of an output that a request means, or the refusal. */
async function range(
  { request, file, keep, length: known }: SendFdData,
  pathOf: AnswerSources['pathOf'],
  most: number,
): Promise<{ readonly start: number; readonly stop: number; readonly parts: readonly Stretch[] } | AgentMessage> {
  const { start, stop } = request
  try {
    const size = await outputLength(pathOf(file))
    const length = keep.limit === null ? size : (known ?? size)
    if (start <= length) {
      const end = Math.min(stop ?? length, length, start + most)
      const hole = keep.limit === null ? null : droppedIn(keep, length, size)
      return { start, stop: end, parts: stretches(hole, start, end) }
    }
    return { type: 'RequestError', msg: { ...request }, err: `start ${start} is beyond the end at ${length}` }
  } catch (error) {
    return { type: 'RequestError', msg: { ...request }, err: errorText(error) }
  }
}

/** The bytes asked for, whole: for somebody on this host. */
export async function fdDataMessage(instruction: SendFdData, { pathOf }: AnswerSources): Promise<AgentMessage> {
  const { request, file, encoding } = instruction
  const found = await range(instruction, pathOf, LONGEST_ANSWER)
  if ('type' in found) return found
  try {
    const data: Uint8Array[] = []
    for await (const piece of pieces(pathOf(file), found.parts)) data.push(piece)
    return {
      type: 'ProcFdData',
      proc_id: request.proc_id,
      fd: request.fd,
      start: found.start,
      stop: found.stop,
      encoding,
      data: Buffer.concat(data),
    }
  } catch (error) {
    return { type: 'RequestError', msg: { ...request }, err: errorText(error) }
  }
}

/** The bytes asked for, as a frame that is read while it is sent. */
export async function fdDataFrame(
  instruction: SendFdData,
  { pathOf }: AnswerSources,
  connection: Connection,
): Promise<Outgoing> {
  const ours = Object.keys(connection.session.common).length > 0
  const found = await range(instruction, pathOf, ours ? LONGEST_ANSWER : LONGEST_FD_DATA)
  if ('type' in found) return connection.session.encode(found)
  const { request, file, encoding } = instruction
  const { start, stop, parts } = found
  const empty = emptyFdData({ proc_id: request.proc_id, fd: request.fd, start, stop, encoding })
  return {
    first: fdDataHead(connection.session.encode(empty), stretchLength(parts)),
    rest: pieces(pathOf(file), parts),
  }
}

async function* pieces(path: string, parts: readonly Stretch[]): AsyncIterable<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Uint8Array) yield part
    else yield* stretch(path, part.start, part.stop)
  }
}

async function* stretch(path: string, start: number, stop: number): AsyncIterable<Uint8Array> {
  for (let at = start; at < stop; ) {
    const piece = await readOutput(path, at, Math.min(PIECE, stop - at))
    if (piece.length === 0) throw new Error(`${path} became shorter`)
    yield piece
    at += piece.length
  }
}
