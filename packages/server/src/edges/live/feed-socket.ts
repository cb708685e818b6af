import { CLOSE_CODES, type FeedMessage } from '@apsis/api/feed'
import { formatTime } from '@apsis/api/json'
import type { Instant } from '@apsis/core/time'
import type { Reader } from '@apsis/store/port'
import type { WebSocket } from 'ws'
import { backfill } from './backfill.ts'
import type { FeedHub } from './hub.ts'

export interface FeedPorts {
  readonly hub: FeedHub
  readonly read: Pick<Reader, 'facts' | 'runs'>
  readonly version: string
  readonly now: () => Instant
}

/** One who is further behind than this many numbers loads everything anew instead. */
export const MAX_BEHIND = 20_000

/**
 * Sends the feed to one socket, from `since` on. One frame is under way at a time, and the next is made when the socket has taken it: so
 * what is held for a slow reader is one frame. One who falls behind what the hub keeps is closed with `SLOW`, and resumes by number.
 */
export function serveFeed(socket: WebSocket, since: number | null, ports: FeedPorts): void {
  const { hub } = ports
  const reset = since !== null && (since > hub.seq || hub.seq - since > MAX_BEHIND)
  let position = since === null || reset ? hub.seq : since
  let busy = false
  let caughtUp = false

  const drop = (): void => {
    hub.dropped()
    // It follows no longer, though the socket may take half a minute to close: it has all to read that was sent before.
    end()
    socket.close(CLOSE_CODES.SLOW, 'slow reader: connect again from the last number')
  }

  const send = (frame: Buffer | string): void => {
    busy = true
    socket.send(frame, { binary: false }, (error) => {
      busy = false
      // A socket that failed closes by itself.
      if (error === undefined || error === null) pump()
    })
  }

  const sendNext = (): void => {
    const next = hub.frame(position)
    if (next !== 'gone') {
      caughtUp = true
      if (next !== 'none') {
        position = next.seq
        send(next.bytes)
      }
    } else if (caughtUp) {
      drop()
    } else {
      busy = true
      backfill(ports.read, position).then(
        ({ messages, seq }) => {
          busy = false
          // The numbers up to the hub's may be facts that make no message.
          position = seq === position ? Math.max(position, hub.from) : seq
          if (messages.length > 0) send(JSON.stringify(messages))
          else pump()
        },
        () => socket.close(CLOSE_CODES.INTERNAL, 'the store cannot be read'),
      )
    }
  }

  const pump = (): void => {
    if (socket.readyState !== socket.OPEN) return
    if (!busy) return sendNext()
    if (caughtUp && position < hub.from) {
      drop()
    }
  }

  const end = hub.follow(pump)
  socket.on('close', end)
  const time = formatTime(ports.now())
  const first: FeedMessage[] = [{ type: 'hello', seq: position, time, version: ports.version }]
  if (reset) first.push({ type: 'reset', seq: position, time })
  send(JSON.stringify(first))
}
