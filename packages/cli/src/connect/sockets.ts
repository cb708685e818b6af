import type { OpenSocket, Wait } from '@apsis/api/client'

/** Opens sockets to a server with Node's own WebSocket. */
export function nodeSockets(base: string): OpenSocket {
  return (path, events) => {
    const socket = new WebSocket(`${base.replace(/^http/, 'ws')}${path}`)
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('open', () => events.opened?.())
    socket.addEventListener('message', (event) => {
      const data: unknown = event.data
      if (typeof data === 'string') events.text(data)
      else if (data instanceof ArrayBuffer) events.bytes(new Uint8Array(data))
    })
    // An error is always followed by a close.
    socket.addEventListener('close', ({ code }) => events.closed(code))
    return { close: () => socket.close() }
  }
}

/** Waits with a timer that keeps the process alive. */
export const nodeWait: Wait = (ms, then) => {
  const timer = setTimeout(then, ms)
  return () => clearTimeout(timer)
}
