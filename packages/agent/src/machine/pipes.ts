import { fdNumber, type ProcSpec } from '@apsis/wire/spec'

/** A proc of a request. */
export interface Member {
  readonly id: string
  readonly spec: ProcSpec
}

/** Ids of the pipes of a proc, by its descriptor. */
export type PipeIds = ReadonlyMap<number, number>

/** Procs that pipes connect, directly or through others, in an order in which few pipes are open at a time. */
export interface Chain<T extends Member> {
  readonly members: readonly T[]
  /** Whether every end has its other end among the members. */
  readonly isWhole: boolean
  /** By id, the ids of its pipes. */
  readonly pipes: ReadonlyMap<string, PipeIds>
}

export const NO_PIPES: PipeIds = new Map()

interface Pipe {
  readonly writer: string
  readonly writerFd: number
  readonly reader: string
  readonly readerFd: number
}

/** Whether a proc has a pipe to another. */
export function hasPipes(spec: ProcSpec): boolean {
  return (spec.fds ?? []).some(([, fd]) => fd === 'pipe-write' || (typeof fd === 'object' && 'pipe-read' in fd))
}

/** The procs of one request by what connects them. `nextPipe` gives a new pipe id. */
export function chainsOf<T extends Member>(members: readonly T[], nextPipe: () => number): readonly Chain<T>[] {
  const byId = new Map(members.map((member) => [member.id, member]))
  const pipes = members.flatMap(pipesRead)
  const ends = new Map<string, Pipe[]>()
  for (const pipe of pipes) {
    for (const id of new Set([pipe.writer, pipe.reader])) ends.set(id, [...(ends.get(id) ?? []), pipe])
  }
  const seen = new Set<string>()
  return members.flatMap((member) => {
    if (seen.has(member.id)) return []
    const ids = walk(member.id, ends, seen)
    const found = ids.flatMap((id) => byId.get(id) ?? [])
    return [
      {
        members: found,
        isWhole: found.length === ids.length && found.every((one) => isPaired(one, ends)),
        pipes: number(ids, ends, nextPipe),
      },
    ]
  })
}

function pipesRead({ id, spec }: Member): readonly Pipe[] {
  return (spec.fds ?? []).flatMap(([name, fd]) => {
    if (typeof fd !== 'object' || !('pipe-read' in fd)) return []
    const readerFd = fdNumber(name)
    const writerFd = fdNumber(fd['pipe-read'].fd)
    return readerFd === null || writerFd === null
      ? []
      : [{ writer: fd['pipe-read'].proc_id, writerFd, reader: id, readerFd }]
  })
}

// Depth first, so that what is connected is started one right after the other. Without recursion: a chain may have a thousand procs.
function walk(from: string, ends: ReadonlyMap<string, readonly Pipe[]>, seen: Set<string>): readonly string[] {
  const ids: string[] = []
  const ahead = [from]
  for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    ids.push(id)
    for (const { writer, reader } of ends.get(id) ?? []) ahead.push(writer === id ? reader : writer)
  }
  return ids
}

function isPaired({ id, spec }: Member, ends: ReadonlyMap<string, readonly Pipe[]>): boolean {
  return (spec.fds ?? []).every(
    ([name, fd]) =>
      fd !== 'pipe-write' ||
      (ends.get(id) ?? []).some((pipe) => pipe.writer === id && pipe.writerFd === fdNumber(name)),
  )
}

function number(
  ids: readonly string[],
  ends: ReadonlyMap<string, readonly Pipe[]>,
  next: () => number,
): ReadonlyMap<string, PipeIds> {
  const pipes = new Map<string, Map<number, number>>()
  for (const pipe of new Set(ids.flatMap((id) => ends.get(id) ?? []))) {
    const pipeId = next()
    set(pipes, pipe.writer, pipe.writerFd, pipeId)
    set(pipes, pipe.reader, pipe.readerFd, pipeId)
  }
  return pipes
}

function set(pipes: Map<string, Map<number, number>>, id: string, fd: number, pipe: number): void {
  pipes.set(id, (pipes.get(id) ?? new Map<number, number>()).set(fd, pipe))
}
