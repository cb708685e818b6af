/** What the owner of a session has to do, in this order: send, ping, hand on the messages, log the notes, close. */
export interface SessionOutput<M> {
  /** Binary frames. */
  readonly send: readonly Uint8Array[]
  /** Whether to send a WebSocket ping with an empty payload. */
  readonly ping: boolean
  /** Checked messages of the peer, in order of arrival. */
  readonly messages: readonly M[]
  /** Close the connection; the session is over and takes nothing more. */
  readonly close: { readonly code: CloseCode; readonly reason: string } | null
  /** To be logged: what the peer did wrong, and what was ignored for it. Each at most some kilobytes. */
  readonly notes: readonly string[]
}

/** Why a session closes, as WebSocket close codes: protocol error, text frame, malformed payload, registration refused, peer silent. */
export type CloseCode = 1002 | 1003 | 1007 | 1008 | 1011

const NOTHING: SessionOutput<never> = { send: [], ping: false, messages: [], close: null, notes: [] }

/** An output of the given parts. */
export function output<M>(parts: Partial<SessionOutput<M>> = {}): SessionOutput<M> {
  return { ...NOTHING, ...parts }
}

/** An output that closes the connection; the reason (at most 123 bytes) goes to the peer, the note to the log. */
export function closing(code: CloseCode, reason: string, note: string = reason): SessionOutput<never> {
  return output({ close: { code, reason }, notes: [note] })
}
