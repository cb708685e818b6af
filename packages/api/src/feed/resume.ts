import type { FeedMessage } from './message.ts'

/** The client's side of the feed, as a value. */
export interface FeedState {
  readonly phase: 'connecting' | 'live' | 'waiting' | 'stopped'
  /** Number up to which everything has been seen; null before the first hello. */
  readonly seq: number | null
  /** Connections lost since the last hello. */
  readonly failures: number
}

export type FeedEvent =
  | { readonly type: 'start' }
  | { readonly type: 'frame'; readonly messages: readonly FeedMessage[] }
  | { readonly type: 'closed' }
  | { readonly type: 'waited' }
  | { readonly type: 'stop' }

/** What is to be done. */
export type FeedAction =
  | { readonly type: 'connect'; readonly since: number | null }
  | { readonly type: 'disconnect' }
  /** Messages to apply, each once and in order. */
  | { readonly type: 'deliver'; readonly messages: readonly FeedMessage[] }
  /** Load everything anew: at the first connection, and when too much was missed. Messages go on being delivered meanwhile. */
  | { readonly type: 'load' }
  /** Wait, then say `waited`. */
  | { readonly type: 'wait'; readonly ms: number }

export interface FeedStep {
  readonly state: FeedState
  readonly actions: readonly FeedAction[]
}

export const FIRST_FEED_STATE: FeedState = { phase: 'waiting', seq: null, failures: 0 }

/** Longest wait between two tries, in milliseconds. */
export const MAX_RETRY = 15_000
const FIRST_RETRY = 500

/** The next state of the feed and what is to be done. `jitter` in [0, 1) spreads clients that lost the same server. */
export function stepFeed(state: FeedState, event: FeedEvent, jitter: number): FeedStep {
  if (state.phase === 'stopped') return { state, actions: [] }
  switch (event.type) {
    case 'start':
    case 'waited':
      if (state.phase !== 'waiting') return { state, actions: [] }
      return { state: { ...state, phase: 'connecting' }, actions: [{ type: 'connect', since: state.seq }] }
    case 'frame':
      return received(state, event.messages)
    case 'closed': {
      if (state.phase === 'waiting') return { state, actions: [] }
      const failures = state.failures + 1
      const limit = Math.min(MAX_RETRY, FIRST_RETRY * 2 ** Math.min(failures - 1, 10))
      const ms = Math.round(limit * (0.5 + jitter / 2))
      return { state: { ...state, phase: 'waiting', failures }, actions: [{ type: 'wait', ms }] }
    }
    case 'stop':
      return { state: { ...state, phase: 'stopped' }, actions: [{ type: 'disconnect' }] }
  }
}

function received(state: FeedState, messages: readonly FeedMessage[]): FeedStep {
  let { seq, phase, failures } = state
  let load = false
  const fresh: FeedMessage[] = []
  for (const message of messages) {
    if (message.type === 'hello') {
      load ||= seq === null
      seq ??= message.seq
      phase = 'live'
      failures = 0
    } else if (message.type === 'reset') {
      load = true
      seq = message.seq
    } else if (seq === null || message.seq > seq) {
      seq = message.seq
      fresh.push(message)
    }
  }
  const actions: FeedAction[] = []
  if (load) actions.push({ type: 'load' })
  if (fresh.length > 0) actions.push({ type: 'deliver', messages: fresh })
  return { state: { seq, phase, failures }, actions }
}
