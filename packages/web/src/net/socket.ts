import type { OpenSocket, Wait } from '@apsis/api/client'

/** Opens a WebSocket to the page's own server. A socket of a network that went away is given up at once, not when TCP notices. */
export const openSocket: OpenSocket = (path, events) => {
  const url = new URL(path, window.location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(url)
  socket.binaryType = 'arraybuffer'
  let open = true
  const end = (code: number): void => {
    if (!open) return
    open = false
    window.removeEventListener('offline', lost)
    socket.close()
    events.closed(code)
  }
  const lost = (): void => end(1006)
  window.addEventListener('offline', lost)
  socket.addEventListener('message', (message: MessageEvent<unknown>) => {
    if (!open) return
    if (typeof message.data === 'string') events.text(message.data)
    else if (message.data instanceof ArrayBuffer) events.bytes(new Uint8Array(message.data))
  })
  socket.addEventListener('close', (close) => end(close.code))
  return {
    close: () => {
      open = false
      window.removeEventListener('offline', lost)
      socket.close()
    },
  }
}

/** Waits with the browser's timer. */
export const wait: Wait = (ms, then) => {
  const timer = window.setTimeout(then, ms)
  return () => window.clearTimeout(timer)
}
