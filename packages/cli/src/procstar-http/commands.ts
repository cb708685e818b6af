import { readFile } from 'node:fs/promises'
import { UsageError } from '../command/index.ts'
import { jsonText, type Terminal } from '../terminal/index.ts'
import { ask, askData, HttpFailure } from './exchange.ts'
import { isMap, member, procsTable } from './show.ts'
import type { Target } from './target.ts'

/** What every command is given. */
export interface Conversation {
  readonly terminal: Terminal
  readonly target: Target
}

export async function list({ terminal, target }: Conversation, json: boolean): Promise<void> {
  const procs = member(await askData(target, { method: 'GET', path: '/procs?text=0' }), 'procs')
  terminal.out(json ? jsonText(procs) : procsTable(isMap(procs) ? procs : {}, terminal))
}

export async function get({ terminal, target }: Conversation, id: string, text: boolean): Promise<void> {
  const path = text ? procPath(id) : `${procPath(id)}?text=0`
  terminal.out(jsonText(member(member(await askData(target, { method: 'GET', path, proc: id }), 'procs'), id)))
}

/** Starts what an input document says: a file, or `-` for stdin. */
export async function start({ target }: Conversation, file: string, stdin: AsyncIterable<unknown>): Promise<void> {
  await askData(target, { method: 'POST', path: '/procs', body: file === '-' ? await whole(stdin) : await read(file) })
}

export async function stop({ target }: Conversation, id: string, body: unknown): Promise<void> {
  await askData(target, { method: 'POST', path: `${procPath(id)}/stop`, proc: id, body: JSON.stringify(body) })
}

export async function signal({ target }: Conversation, id: string, name: string): Promise<void> {
  const full = /^[A-Za-z]/.test(name) ? name.toUpperCase().replace(/^(?!SIG)/, 'SIG') : name
  await askData(target, { method: 'POST', path: `${procPath(id)}/signals/${encodeURIComponent(full)}`, proc: id })
}

export async function remove({ target }: Conversation, id: string): Promise<void> {
  await askData(target, { method: 'DELETE', path: procPath(id), proc: id })
}

export async function describe({ terminal, target }: Conversation): Promise<void> {
  terminal.out(jsonText(member(await askData(target, { method: 'GET', path: '/agent' }), 'agent')))
}

export async function shutdown({ target }: Conversation, how: string): Promise<void> {
  await askData(target, { method: 'POST', path: '/agent/shutdown', body: JSON.stringify({ how }) })
}

export interface OutputFlags {
  readonly follow?: true
  readonly range?: string
  readonly encoding?: string
}

/** Writes output as it comes. */
export async function output(
  { terminal, target }: Conversation,
  id: string,
  fd: string,
  flags: OutputFlags,
): Promise<void> {
  const query = new URLSearchParams(flags.range === undefined ? {} : rangeOf(flags.range))
  if (flags.follow === true) query.set('follow', '1')
  if (flags.encoding !== undefined) query.set('encoding', flags.encoding)
  const path = `${procPath(id)}/output/${encodeURIComponent(fd)}/data?${query.toString()}`
  const response = await ask(target, { method: 'GET', path, proc: id })
  try {
    for await (const piece of response) if (piece instanceof Buffer) await terminal.bytes(piece)
  } catch {
    throw new HttpFailure('the output was cut off')
  }
}

function rangeOf(text: string): { start?: string; stop?: string } {
  const [, start, stop] = /^(\d{0,15}):(\d{0,15})$/.exec(text) ?? []
  if (start === undefined || stop === undefined)
    throw new UsageError(`--range: expected START:STOP in bytes, either of which may be left out, got ${text}`)
  return { ...(start === '' ? {} : { start }), ...(stop === '' ? {} : { stop }) }
}

function procPath(id: string): string {
  if (id === '') throw new UsageError('expected a proc id, got nothing')
  return `/procs/${encodeURIComponent(id)}`
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

async function whole(stream: AsyncIterable<unknown>): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of stream) if (piece instanceof Uint8Array) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}
