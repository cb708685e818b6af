import {
  FEED_PATH,
  type FeedAction,
  type FeedEvent,
  type FeedMessage,
  type FeedState,
  FIRST_FEED_STATE,
  parseFeedFrame,
  stepFeed,
} from '../feed/index.ts'
import type { OpenSocket, Socket, Wait } from './socket.ts'

export interface FeedOptions {
  readonly open: OpenSocket
  readonly wait: Wait
  /** In [0, 1). */
  readonly random: () => number
  /** Changes, each once and in order. */
  readonly onMessages: (messages: readonly FeedMessage[]) => void
  /** Load everything anew: at first, and when too much was missed. What is loaded may be newer than messages that follow. */
  readonly onLoad: () => void
  /** The connection came or went. */
  readonly onPhase?: (phase: FeedState['phase']) => void
  /** Resume after this number instead of loading at first. */
  readonly since?: number
}

export interface Feed {
  readonly state: FeedState
  /** Ends it; nothing is called any more. Idempotent. */
  stop(): void
}

/** Follows the live feed for ever: connects again when the connection is lost, and resumes by number. */
export function followFeed(options: FeedOptions): Feed {
  let state: FeedState = { ...FIRST_FEED_STATE, seq: options.since ?? null }
  let socket: Socket | null = null
  let cancel: (() => void) | null = null
  // Counts connections, so that what an old one still says is not taken for the new one's.
  let connection = 0

  const handle = (event: FeedEvent): void => {
    const before = state.phase
    const step = stepFeed(state, event, options.random())
    state = step.state
    if (state.phase !== before) options.onPhase?.(state.phase)
    for (const action of step.actions) perform(action)
  }

  const perform = (action: FeedAction): void => {
    switch (action.type) {
      case 'connect':
        return connect(action.since)
      case 'disconnect':
        connection += 1
        cancel?.()
        socket?.close()
        return
      case 'deliver':
        return options.onMessages(action.messages)
      case 'load':
        return options.onLoad()
      case 'wait':
        cancel = options.wait(action.ms, () => handle({ type: 'waited' }))
    }
  }

  const connect = (since: number | null): void => {
    connection += 1
    const mine = connection
    const closed = (): void => {
      if (mine === connection) handle({ type: 'closed' })
    }
    socket = options.open(since === null ? FEED_PATH : `${FEED_PATH}?since=${since}`, {
      text: (text) => {
        if (mine !== connection) return
        let messages: readonly FeedMessage[]
        try {
          messages = parseFeedFrame(text)
        } catch {
          // Whatever answers there is no feed: give it up and try again later.
          socket?.close()
          closed()
          return
        }
        handle({ type: 'frame', messages })
      },
      bytes: () => {},
      closed,
    })
  }

  handle({ type: 'start' })
  return {
    get state() {
      return state
    },
    stop: () => handle({ type: 'stop' }),
  }
}
