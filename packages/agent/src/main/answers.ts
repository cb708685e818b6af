import type { AgentMessage } from '@apsis/wire/message'
import { gather, readClocks } from '../edges/host/index.ts'
import { emptyFdData, fdDataHead, LONGEST_FD_DATA } from '../edges/socket/fd-data.ts'
import type { Connection, Outgoing } from '../edges/socket/index.ts'
import { errorText, outputLength, readOutput } from '../edges/spool/index.ts'
import { type HostUnits, type Instruction, type OutputFile, outputFile, type Proc, resultOf } from '../machine/index.ts'

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

/** The result of a proc as it was, with what the host says now. */
export async function resultMessage(proc: Proc, { units, pathOf }: AnswerSources): Promise<AgentMessage> {
  const gathered = await gather(proc, (fd) => outputFile(proc.place, fd), pathOf)
  return { type: 'ProcResult', proc_id: proc.id, res: resultOf(proc, gathered, readClocks(), units) }
}

/** The range of an output that a request means, or the refusal. */
async function range(
  { request, file }: SendFdData,
  pathOf: AnswerSources['pathOf'],
  most: number,
): Promise<{ start: number; length: number } | AgentMessage> {
  const { start, stop } = request
  try {
    const length = await outputLength(pathOf(file))
    if (start <= length) return { start, length: Math.min((stop ?? length) - start, length - start, most) }
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
    const data = await readOutput(pathOf(file), found.start, found.length)
    return {
      type: 'ProcFdData',
      proc_id: request.proc_id,
      fd: request.fd,
      start: found.start,
      stop: found.start + data.length,
      encoding,
      data,
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
  const { start, length } = found
  const empty = emptyFdData({ proc_id: request.proc_id, fd: request.fd, start, stop: start + length, encoding })
  return {
    first: fdDataHead(connection.session.encode(empty), length),
    rest: pieces(pathOf(file), start, start + length),
  }
}

async function* pieces(path: string, start: number, stop: number): AsyncIterable<Uint8Array> {
  for (let at = start; at < stop; ) {
    const piece = await readOutput(path, at, Math.min(PIECE, stop - at))
    if (piece.length === 0) throw new Error(`${path} became shorter`)
    yield piece
    at += piece.length
  }
}
