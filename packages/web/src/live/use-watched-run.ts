import { followRun } from '@apsis/api/client'
import { useEffect, useReducer } from 'react'
import { openSocket, wait } from '../net/socket.ts'
import { reduceWatched, UNWATCHED, type WatchedRun } from './watched.ts'

/** One run, live. Another run needs another component: give it a key. */
export function useWatchedRun(runId: string): WatchedRun {
  const [state, dispatch] = useReducer(reduceWatched, UNWATCHED)
  useEffect(
    () => followRun(runId, { open: openSocket, wait, onUpdate: dispatch, onEnd: () => dispatch('gone') }),
    [runId],
  )
  return state
}
