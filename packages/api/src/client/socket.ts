/** A WebSocket as the client needs it: text and bytes in, a close at the end, once. Errors end in a close. */
export interface SocketEvents {
  /** The connection is there. */
  readonly opened?: () => void
  readonly text: (text: string) => void
  readonly bytes: (bytes: Uint8Array) => void
  /** `code` 1006 where the connection was lost or never made. */
  readonly closed: (code: number) => void
}

export interface Socket {
  close(): void
}

/** Opens a socket to a path (with query) of the server. Never throws: what fails ends in `closed`, later. */
export type OpenSocket = (path: string, events: SocketEvents) => Socket

/** Calls back after so many milliseconds; the result cancels. */
export type Wait = (ms: number, then: () => void) => () => void
