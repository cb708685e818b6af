/** Why the server closes a socket, as the close code (RFC 6455 7.4; from 4000 on they are ours). */
export const CLOSE_CODES: {
  readonly DONE: 1000
  readonly GOING_AWAY: 1001
  readonly INTERNAL: 1011
  readonly SLOW: 4008
} = {
  /** There is nothing more to come: the run has finished, or is not known. */
  DONE: 1000,
  /** The server shuts down: connect again later. */
  GOING_AWAY: 1001,
  INTERNAL: 1011,
  /** The client reads more slowly than things happen: connect again from the last number. */
  SLOW: 4008,
}
