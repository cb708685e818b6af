import type { Json, JsonObject } from '@apsis/core/json'
import type { Handle, Held, Run, Stopping } from '@apsis/core/run'
import { count, Misfit, number, object, orNull, parsed, text, truth } from './shape.ts'

/** What is particular to the state that a run is in, as JSON text; null where there is nothing. */
export function detailText(run: Run): string | null {
  switch (run.state) {
    case 'new':
      return null
    case 'scheduled':
      return run.held === null ? null : JSON.stringify({ held: run.held })
    case 'waiting':
      return run.waitingFor === null ? null : JSON.stringify(run.waitingFor)
    case 'starting':
      return JSON.stringify({ handle: run.handle })
    case 'running':
      return JSON.stringify({ handle: run.handle, unreachableSince: run.unreachableSince })
    case 'stopping':
      return JSON.stringify({ handle: run.handle, unreachableSince: run.unreachableSince, stopping: run.stopping })
    case 'success':
    case 'failure':
    case 'error':
    case 'skipped':
      return JSON.stringify({ handle: run.handle, message: run.message, elapsed: run.elapsed })
  }
}

/** The detail of a state that has one. */
export function readDetail(value: unknown): JsonObject {
  return object(parsed(value, 'detail'), 'detail')
}

/** Why a waiting run waits. */
export function readWaitingFor(value: unknown): { readonly index: number; readonly because: string } | null {
  if (value === null) return null
  const detail = readDetail(value)
  return { index: count(detail['index'], 'detail.index'), because: text(detail['because'], 'detail.because') }
}

/** Whether and why a scheduled run is held. Rows of versions that knew no holds have no detail. */
export function readHeld(value: unknown): Held | null {
  if (value === null) return null
  const where = 'detail.held'
  const held = object(readDetail(value)['held'], where)
  return {
    since: number(held['since'], `${where}.since`),
    until: orNull(held['until'], `${where}.until`, number),
    reason: orNull(held['reason'], `${where}.reason`, text),
    due: truth(held['due'], `${where}.due`),
    pause: orNull(held['pause'], `${where}.pause`, text),
  }
}

export function readHandle(detail: JsonObject): Handle {
  const handle = readHandleOrNull(detail)
  if (handle === null) throw new Misfit('detail.handle', 'an object', null)
  return handle
}

export function readHandleOrNull(detail: JsonObject): Handle | null {
  return orNull(detail['handle'], 'detail.handle', (value, where) => ({
    id: text(object(value, where)['id'], `${where}.id`),
    on: readOn(object(value, where)['on']),
    agent: orNull(object(value, where)['agent'], `${where}.agent`, text),
  }))
}

function readOn(value: Json | undefined): Handle['on'] {
  if (value === 'agent' || value === 'server') return value
  throw new Misfit('detail.handle.on', 'agent or server', value)
}

export function readUnreachable(detail: JsonObject): number | null {
  return orNull(detail['unreachableSince'], 'detail.unreachableSince', number)
}

export function readStopping(detail: JsonObject): Stopping {
  const where = 'detail.stopping'
  const stopping = object(detail['stopping'], where)
  return {
    reason: readReason(stopping['reason']),
    signal: count(stopping['signal'], `${where}.signal`),
    killAt: orNull(stopping['killAt'], `${where}.killAt`, number),
  }
}

function readReason(value: Json | undefined): Stopping['reason'] {
  if (value === 'stop' || value === 'timeout' || value === 'schedule') return value
  throw new Misfit('detail.stopping.reason', 'stop, timeout or schedule', value)
}
