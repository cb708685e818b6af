import type { Context } from '../command/index.ts'

/** How long a lost connection is tried again before a command ends, ms. */
export const PATIENCE = 300_000

/** What a command that follows a run is told of its connection. */
export interface ConnectionTold {
  readonly lost: () => void
  readonly back: () => void
  /** There is nothing more to follow. */
  readonly over: () => void
}

/**
 * Tells on stderr when a connection is lost, and when it is back. Calls `giveUp`, having told so, when it was not back for five minutes; null: never.
 */
export function tellConnection(context: Context, base: string, giveUp: (() => void) | null): ConnectionTold {
  const { terminal } = context
  let cancel: (() => void) | null = null
  let isLost = false
  const over = (): void => {
    isLost = false
    cancel?.()
    cancel = null
  }
  return {
    over,
    lost: () => {
      if (isLost) return
      isLost = true
      terminal.err(`lost the connection to ${base}: trying again\n`)
      if (giveUp === null) return
      cancel = context.wait(PATIENCE, () => {
        terminal.err(`Error: no connection to ${base} for ${PATIENCE / 60_000} minutes\n`)
        giveUp()
      })
    },
    back: () => {
      if (!isLost) return
      over()
      terminal.err('the connection is back\n')
    },
  }
}
