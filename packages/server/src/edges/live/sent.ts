import type { WebSocket } from 'ws'

/** Resolves when the socket has taken the text or the bytes, or has failed (it then closes). */
export function sent(socket: WebSocket, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => socket.send(data, { binary: typeof data !== 'string' }, () => resolve()))
}
